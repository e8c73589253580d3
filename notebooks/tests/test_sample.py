"""Sets drawn from the ranges of what is assumed: which runs they are, what cannot be asked, and what the page says of them."""

import html as entities
import re

import numpy as np
import pandas as pd
import pytest

from reporting import configuration, request, sample
from reporting.configuration import UserError
from trial import words

VERDICTS = "one of: follows; would look the same either way; too few to tell"
UNITS = {
    "imaging.lean": "ratio",
    "imaging.still": "share",
    "imaging.tiny": "ratio",
    "imaging.huge": "ratio",
    "claims.others__made_up": VERDICTS,
    "claims.others__imagined": VERDICTS,
}
UNITS = {name: (unit, "by rule: Half had new spots.") for name, unit in UNITS.items()}


def asked(**environment):
    return sample.requested_sets({"CALLED_FROM": str(configuration.ROOT), **environment})


@pytest.fixture(scope="module")
def drawn():
    return asked(SAMPLE="200", CHAPTER="03_imaging", RUN="box")


def test_the_sets_are_runs_of_the_chosen_chapters_over_what_they_use(drawn):
    assert [run.name for run in drawn.runs[:2]] == ["box/sample-0001", "box/sample-0002"] and len(drawn.runs) == 200
    loss = {"atrophy_mean", "atrophy_sd", "healthy_atrophy", "effect"}
    assert set(drawn.sampled) == loss | {"lesions_per_year", "lesion_dispersion"}
    assert set(drawn.varied) == set(drawn.sampled) and {run.chapters for run in drawn.runs} == {("03_imaging",)}
    assert all(run.values["alpha"] == 0.05 and run.values["dropout"] == 0.1 for run in drawn.runs)
    box = configuration.ranges()
    for name in drawn.sampled:
        values = sorted(run.values[name] for run in drawn.runs)
        assert box.low[name] <= values[0] < values[-1] <= box.high[name] and len(set(values)) == 200


def test_the_same_seed_draws_the_same_sets_and_another_one_others(drawn):
    again = asked(SAMPLE="200", CHAPTER="03_imaging", RUN="box")
    other = asked(SAMPLE="200", CHAPTER="03_imaging", RUN="box", SET="seed=4")
    assert again == drawn and other.runs[0].values != drawn.runs[0].values and other.runs[0].values["seed"] == 4


def test_what_set_gives_stays_in_every_set():
    found = asked(SAMPLE="10", CHAPTER="03_imaging", SET="effect=0.3 lesion_dispersion=2")
    assert {(run.values["effect"], run.values["lesion_dispersion"]) for run in found.runs} == {(0.3, 2)}
    assert not {"effect", "lesion_dispersion"} & set(found.sampled) and found.name.startswith("sample-10-03_imaging-")


def test_a_chapter_that_reads_all_others_draws_what_they_use():
    found = asked(SAMPLE="10", CHAPTER="08_claims")
    assert set(found.sampled) == set(configuration.ranges().index)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        *(({"SAMPLE": typed}, f"SAMPLE: {typed} is no number of sets; write a whole number from 10 to 100,000, such as SAMPLE=1000.")
          for typed in ("0", "-5", "9", "1e3", "many", "1.5", "100001", "٣٣")),
        ({"SAMPLE": "9" * 40}, "is no number of sets"),
        ({"SAMPLE": "20", "SCENARIOS": "all"}, "SAMPLE draws its own sets, so SCENARIOS says nothing beside it"),
        ({"SAMPLE": "20", "CHAPTER": "07_own_trial"}, "07_own_trial uses no assumption that has a range and is not given"),
        ({"SAMPLE": "20", "SET": "effekt=1"}, "the nearest is effect"),
        ({"SAMPLE": "20", "SET": "atrophy_sd=3"}, "atrophy_sd must be from three fifths"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn(environment, sentence):
    with pytest.raises(UserError) as caught:
        asked(**environment)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)


def test_no_sample_is_no_sample():
    assert request.sample_asked({}) == request.sample_asked({"SAMPLE": " "}) == 0
    assert request.read_sweep({"SET": "seed=1,2", "CHAPTER": "03_imaging"}).sampled == ()


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def values(drawn):
    """Results of every run but the last: one that follows the spots a year, one that never moves, a verdict that changes with many spots."""
    runs = [run.called for run in drawn.runs[:-1]]
    spots = np.array([run.values["lesions_per_year"] for run in drawn.runs[:-1]])
    made = {
        "imaging.lean": spots**2,
        "imaging.still": 0.5,
        "imaging.tiny": spots / 1e5,
        "imaging.huge": spots * 1e9,
        "claims.others__made_up": np.where(spots > 1.2, 3.0, 2.0),
        "claims.others__imagined": 2.0,
    }
    return pd.DataFrame(made, index=runs)


@pytest.fixture(scope="module")
def page(drawn, values):
    outcomes = [
        *((run, None) for run in drawn.runs[:-1]),
        (drawn.runs[-1], "03_imaging failed in cell 3:\nValueError: <no>"),
    ]
    return sample.texts(drawn, outcomes, values, UNITS, "")["index.html"]


def plain(text):
    return re.sub(r"\s+", " ", entities.unescape(re.sub(r"<[^>]+>", " ", text)))


def test_the_page_says_how_far_results_move_and_with_what(drawn, values, page):
    found = sample.movements(sample.inputs(drawn, values.index), values[["imaging.lean", "imaging.still"]])
    assert list(found) == ["imaging.lean"]
    (name, limits), *others = found["imaging.lean"]["ranked"]
    assert name == "lesions_per_year" and limits.estimate == 1 and all(abs(each.estimate) < 0.3 for _, each in others)
    assert found["imaging.lean"]["middle"] == values["imaging.lean"].median()
    assert found["imaging.lean"]["low"] == np.quantile(values["imaging.lean"], 0.025)
    text = plain(page)
    assert "200 sets of assumptions" in text and "1 of them failed" in text and "ValueError: <no>" in text
    assert "imaging.lean, ratio" in text and "lesions_per_year 1.00 (1.00)" in text
    assert "Results that are the same in all sets: 1." in text and "<no>" not in page
    assert not re.findall(r"\d[.\d]*e[-+]?\d+", text), "no number is in scientific notation"
    tiny, most = values["imaging.tiny"], values["imaging.huge"].max()
    assert words.between(tiny.min(), tiny.max(), words.short) in text and f"to {words.short(most)}" in text


def test_the_page_says_which_verdicts_change_and_what_those_sets_share(drawn, values, page):
    many = values["claims.others__made_up"] == 3
    text, spots = plain(page), sample.inputs(drawn, values.index)["lesions_per_year"]
    assert f"“too few to tell” in {many.sum()} of 199 sets of our box, which is no probability." in text
    assert (
        f"What these sets share: lesions_per_year from {spots[many].min():.3g} to {spots[many].max():.3g} (of 0.25 to 1.5)."
        in text
        and "Verdict by rule: Half had new spots." in text
    )
    assert "Verdicts that are the same in every set: 1." in text


def test_the_verdict_of_the_report_is_the_one_that_others_differ_from(drawn, values):
    frame = sample.inputs(drawn, values.index)
    (row, _) = sample.verdicts(
        frame, values[["claims.others__made_up", "claims.others__imagined"]], UNITS, {"claims.others__made_up": 3}
    )
    assert row["usual"] == "too few to tell" and [other["words"] for other in row["others"]] == [
        "would look the same either way"
    ]


def test_sets_that_lie_all_over_the_box_share_nothing(drawn, values):
    frame = sample.inputs(drawn, values.index)
    assert sample.common_ranges(frame, pd.Series(np.arange(len(frame)) % 2 == 0, frame.index)) == []


def test_sets_in_nearly_all_of_a_range_share_nothing_worth_a_name(drawn, values):
    """Half of 199 sets in the upper 85% of a range: not by chance, and trivial; in the upper 70%, named."""
    frame = sample.inputs(drawn, values.index)
    ranks = frame["effect"].rank(pct=True)
    half = pd.Series(np.arange(len(frame)) % 2 == 0, frame.index)
    assert sample.common_ranges(frame, half & (ranks > 0.15)) == []
    assert [name for name, *_ in sample.common_ranges(frame, half & (ranks > 0.3))] == ["effect"]


@pytest.mark.parametrize(("typed", "says"), [("", "The report says"), ("effect=0.3", "Most often the sets say")])
def test_who_says_the_usual_verdict(typed, says, monkeypatch):
    found = asked(SAMPLE="20", CHAPTER="03_imaging", RUN="box", SET=typed)
    monkeypatch.setattr(sample.records, "read", lambda place: pd.DataFrame({"value": {"claims.others__made_up": 2.0}}))
    verdict = [3.0, *19 * [2.0]]
    frame = pd.DataFrame({"claims.others__made_up": verdict}, index=[run.called for run in found.runs])
    text = plain(sample.texts(found, [(run, None) for run in found.runs], frame, UNITS, "")["index.html"])
    assert f"{says} “would look the same either way”" in text
    assert (says == "The report says") == ("The report says" in text)
    alone = "No single assumption is confined to a part of its range in these sets; several together may still decide."
    assert f"in 1 of 20 sets of our box, which is no probability. {alone}" in text
    for part in ("not for the number of results", "limits shown are uncorrected", "misses what rises and then falls"):
        assert part in text


def test_a_sample_around_other_values_is_not_held_to_the_report():
    found = asked(SAMPLE="10", CHAPTER="03_imaging", SET="effect=0.3")
    assert sample._of_the_report(found) == {}
