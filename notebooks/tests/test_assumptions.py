"""Ranges of what is assumed: each with a reason, around its default, worked out as it says; and headline results as functions of them."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from reporting import configuration, records, request
from tests import drawing
from tests.chapters import ROOT
from trial import assumptions, load
from trial.charts import next_trial as draw
from trial.charts import theme
from trial.methods import assurance, intervals, small_trials
from trial.next_trial import tornado
from trial.parameters import WRITTEN, Parameters

RANGES, DEFAULTS = assumptions.ranges(), request.resolve({})
BELIEFS = {name: DEFAULTS[f"prior_{name}"] for name in ("sceptical", "neutral", "optimistic", "enthusiastic")}


def test_every_parameter_has_a_range_or_a_reason_to_have_none():
    ranged = {name.partition(".")[0] for name in RANGES.index}
    named = [name for names in WRITTEN["without_a_range"].values() for name in names]
    assert len(named) == len(set(named)) and not ranged & set(named)
    assert ranged | set(named) == set(Parameters.model_fields), (
        "a new parameter gets a range, or is named as no assumption"
    )
    assert {"seed", "alpha", "power", "confidence", "n_simulations"} <= set(named)


@pytest.mark.parametrize("end", ["low", "high"])
def test_a_rerun_takes_both_ends_of_every_range(end):
    for name, value in RANGES[end].items():
        assert request.resolve(assumptions.applied({name: value}))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("95% limits of the spread between the 70 people on placebo in MS-STAT (chi squared)", "", "row 3, column reason: the field is empty"),
        ("effect,share", "efect,share", "row 5, column parameter: efect is no parameter with a number."),
        ("effect,share", "own_trial,share", "row 5, column parameter: own_trial is no parameter with a number."),
        ("0.148973,0.722603,linear", "0.6,0.722603,linear", "row 5, column low: 0.6 to 0.722603 is no range around the default of effect, 0.5."),
        ("0,0.5,linear", "0,0.5,log", "column scale: a range from 0 has no logarithms; write linear."),
    ],
)  # fmt: skip
def test_a_range_that_cannot_be_one_is_refused_in_a_sentence(old, new, sentence, copied_data):
    text = (copied_data / "assumptions.csv").read_text(encoding="utf-8")
    assert old in text
    (copied_data / "assumptions.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(load.DataError) as caught:
        assumptions.ranges()
    assert (
        sentence in str(caught.value) and "\n" not in str(caught.value) and "data/assumptions.csv" in str(caught.value)
    )


def test_make_parameters_shows_the_range_and_its_reason():
    meanings = {row[0]: row[5] for row in request.table_of_parameters({})}
    assert "; plausible from 0.427 to 0.598: 95% limits of the spread between the 70 people" in meanings["atrophy_sd"]
    assert (
        "; plausible mean from 0 to 0.43: " in meanings["prior_neutral"]
        and "SD from 0.15 to 0.568: " in meanings["prior_neutral"]
    )
    assert "plausible" not in meanings["seed"]


# --- ranges that are worked out ---------------------------------------------------------------------------------------


def worked_out():
    """Every range of kind derived, from the numbers that its reason names."""
    loss, sd, people = 0.584, 0.498, 70
    half = stats.t.isf(0.025, people - 1) * sd / math.sqrt(people)
    low, high = assurance.sd_limits(sd, people, 0.95)
    error = abs(math.log(0.79)) / stats.norm.isf(0.013 / 2)
    hazard = [math.exp(math.log(0.79) + sign * stats.norm.isf(0.025) * error) for sign in (-1, 1)]
    wide = math.sqrt(1 / 3 + 1 / 9)
    return {
        "atrophy_mean": (-loss - half, -loss + half),
        "atrophy_sd": (low, high),
        "effect": (0.087 / loss, 0.422 / loss),
        "prior_enthusiastic.mean": (0.087 / loss, 0.422 / loss),
        "prior_enthusiastic.sd": (wide * low / (loss + half), wide * high / (loss - half)),
        "hazard_ratio_spms": hazard,
    }


def test_what_is_worked_out_is_worked_out_right():
    found = worked_out()
    assert set(found) == set(RANGES.index[RANGES.kind == "derived"])
    for name, ends in found.items():
        assert RANGES.loc[name, ["low", "high"]].tolist() == pytest.approx(ends, abs=1e-6), name


def test_what_leans_on_a_number_worked_out_is_as_its_reason_says():
    ratio, low, high = 0.76, 0.59, 0.98  # ORATORIO's
    assert RANGES.loc["hazard_ratio_hands", ["low", "high"]].tolist() == pytest.approx(
        [0.7 * low / ratio, 0.7 * high / ratio], abs=5e-3
    )
    assert RANGES.low.worse_spms == pytest.approx(
        intervals.clopper_pearson(round(0.32 * 546), 546, 0.95).lower, abs=1e-6
    )
    exact = [intervals.clopper_pearson(left, of, 0.95) for left, of in ((2, 20), (7, 54))]
    told = [f"{100 * each.lower:.0f}% to {100 * each.upper:.0f}%" for each in exact]
    assert RANGES.reason.dropout.endswith(" and ".join(told))
    alike, by_chance = (intervals.log_none(1.0, k) for k in (RANGES.high.lesion_dispersion, 1e6))
    assert alike == pytest.approx(by_chance, rel=0.02), "at its upper end spots nearly fall by chance"
    assert intervals.log_none(1.0, 5) != pytest.approx(by_chance, rel=0.05)


def test_what_is_printed_stands_in_data():
    atrophy = load.table("atrophy").set_index("group").loss_percent_per_year
    assert RANGES.loc["healthy_atrophy", ["low", "high"]].tolist() == [
        -atrophy["Healthy people at 55"],
        -atrophy["Healthy people at 45"],
    ]
    ppms = load.table("progression").query("population == 'ppms' and unit == 'percent'").value / 100
    assert RANGES.loc["worse_ppms", ["low", "high"]].tolist() == pytest.approx([ppms.min(), ppms.max()])
    assert RANGES.kind.worse_ppms == RANGES.kind.worse_spms == "assumed", "other outcomes stand at their ends"
    ratio = load.table("controlled_trials").query("trial == 'ORATORIO' and effect == 0.76").iloc[0]
    assert RANGES.loc["hazard_ratio_ppms", ["low", "high"]].tolist() == [ratio.lower, ratio.upper]
    assert set(RANGES.index[RANGES.kind == "reported"]) == {"healthy_atrophy", "hazard_ratio_ppms"}


# --- sets -------------------------------------------------------------------------------------------------------------


def test_every_set_is_one_that_a_rerun_takes():
    drawn = assumptions.sets(set(Parameters.model_fields), 300, 5)
    assert list(drawn) == list(RANGES.index)
    assert (drawn >= RANGES.low).all(axis=None) and (drawn <= RANGES.high).all(axis=None)
    for row in drawn.to_dict("records"):
        assert request.resolve(assumptions.applied(row))
    logs = np.log(drawn.lesions_per_year)
    assert logs.median() == pytest.approx(np.log([0.25, 1.5]).mean(), abs=0.02), "evenly by their logarithms"


def test_only_what_is_asked_for_is_drawn():
    assert list(assumptions.sets({"effect", "prior_neutral", "seed"}, 12, 1)) == [
        "effect",
        "prior_neutral.mean",
        "prior_neutral.sd",
    ]
    assert assumptions.sets({"seed"}, 12, 1).empty


# --- headline results -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report():
    weeks = int(load.table("design_rules").set_index("rule").value.follow_up_weeks)
    return tornado.headlines(DEFAULTS, BELIEFS, load.table("cohorts"), load.table("safety_outcomes"), weeks)


def test_at_the_defaults_each_is_the_named_result(report):
    headlines, held = report
    known = records.read(ROOT / "reports" / "results.csv")
    for each in headlines:
        named = known.loc[each.name]
        wide = 1e-8 if named.upper != named.upper else (named.upper - named.lower) / named.value
        assert each.value(held) == pytest.approx(named.value, rel=max(wide, 1e-8)), each.name


def test_each_moves_with_what_it_uses_and_with_nothing_else(report):
    headlines, held = report
    for each in headlines:
        for name, row in RANGES.iterrows():
            moves = any(each.value({**held, name: row[end]}) != each.value(held) for end in ("low", "high"))
            assert moves == (name in each.uses), (each.name, name)


def test_sets_at_once_give_what_each_gives_alone(report):
    headlines, held = report
    drawn = assumptions.sets(set(Parameters.model_fields), 40, 9)
    for each in headlines:
        used = drawn[list(each.uses)]
        alone = [float(each.value(held | row)) for row in used.to_dict("records")]
        assert each.value(held | {name: used[name].to_numpy() for name in used}) == pytest.approx(alone), each.name


@pytest.mark.parametrize(("effect", "mean", "sd"), [(0.149, -0.5, 0.598), (0.3, -0.584, 0.45), (0.723, -0.703, 0.427)])
def test_curves_agree_with_the_methods_between_their_points(report, effect, mean, sd):
    headlines, held = report
    values = held | {"effect": effect, "atrophy_mean": mean, "atrophy_sd": sd}
    exact = small_trials.overstatement(
        (3, 3, 3, 3), -mean * effect / sd, 0.05, DEFAULTS["n_simulations"], DEFAULTS["seed"]
    )
    found = {each.name: each.value(values) for each in headlines}
    assert found["imaging.power_3_v_9"] == pytest.approx(exact["power"].value, rel=1e-4)
    assert found["imaging.type_m_3_v_9"] == pytest.approx(exact["type_m"].value, rel=1e-3)


@pytest.mark.parametrize(("n", "correlation"), [(17, 0.03), (80, 0.27), (400, 0.44), (10, 0.0), (500, 0.5)])
def test_the_surface_agrees_with_the_method_between_its_points(report, n, correlation):
    headlines, held = report
    exact = small_trials.chance_of_false_increases(n, 0.05, correlation, 1, 12)
    (found,) = (each for each in headlines if each.name.startswith("biomarkers"))
    assert found.value(held | {"n_analytes": n, "analyte_correlation": correlation}) == pytest.approx(exact, abs=1e-3)


def test_what_is_told_follows_from_the_rows(report):
    headlines, held = report
    singly = tornado.one_by_one(headlines, held)
    top = tornado.for_picture(singly)
    assert top.groupby("result").size().max() == tornado.SHOWN and (top.lowest <= 1).all() and (top.highest >= 1).all()
    shares = pd.DataFrame({"result": singly.result, "assumption": singly.assumption, "alone": 0.5, "total": 0.6})
    said = tornado.in_sentences(singly, shares)
    assert said.count("\n- ") + 1 == len(headlines)
    size = "(46): moved most by the share prevented, 22 to 515; if it were known, 50% of the variance"
    assert f"{size} (of the logarithm) would go." in said
    assert "13 to 60 of 100; if it were known, 50% of the variance would go." in said
    assert " known, 50%." not in said, "none holds more of it than what moves the result most"
    alone = np.where(shares.assumption == "atrophy_sd", 0.7, 0.2)
    said = tornado.in_sentences(singly, shares.assign(alone=alone, named=singly.named))
    assert (
        "20% of the variance (of the logarithm) would go. With the spread of that loss between people known, 70%."
        in said
    )
    said = tornado.share_sentence(singly)
    assert said.endswith("the 46 becomes 515 or 22 and the 121 becomes 1,362 or 58 (normal formula).")
    # the shares as printed give the sizes beside them: (1.959964 + 0.841621)^2 x 2 = 15.6978, spread over loss 0.498 / 0.584
    shares = [float(share) / 100 for share in re.findall(r"([\d.]+)%", said)[:2]]
    assert [math.ceil(15.6978 * (0.498 / 0.584 / share) ** 2) for share in shares] == [515, 22]


@pytest.mark.parametrize("name", ["atrophy_mean", "effect", "atrophy_sd"])
def test_loss_spread_and_share_weigh_the_same(report, name):
    headlines, held = report
    more = 1.1 if name != "atrophy_sd" else 1 / 1.1
    assert headlines[0].value({**held, name: more * held[name]}) == 38, "46 / 1.21, rounded up"


def test_whether_the_lean_flips_is_told_either_way(report):
    headlines, held = report
    singly = tornado.one_by_one(headlines, held)
    one_side = singly.assign(most=singly.most.where(~singly.result.str.contains("lean"), 0.9))
    assert tornado.lean_flips(one_side).startswith("Over no single range")
    halved = singly.assign(most=singly.most.where(singly.result != "imaging.lean_doubled", 0.9))
    assert "halve" in tornado.lean_flips(halved) and "double" not in tornado.lean_flips(halved)


def test_the_module_that_draws_is_the_one_that_is_named():
    assert configuration.science("assumptions") is assumptions


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ({}, "Five of twelve results hang most on the share prevented"),
        ({"alpha": 0.0001}, "Three of ten results hang most on"),
        ({"atrophy_mean": -5, "atrophy_sd": 5, "healthy_atrophy": -3, "effect": 1}, ""),
        ({"n_analytes": 1, "analyte_correlation": 0.95, "lesions_per_year": 0.01}, ""),
        ({"power": 0.999, "alpha": 0.0001, "effect": 0.1, "hazard_ratio_spms": 0.98}, ""),
    ],
)
def test_the_picture_fits_and_nothing_fails_wherever_a_reader_takes_the_parameters(values, finding):
    given = {**DEFAULTS, "n_simulations": 100, **values}
    headlines, held = tornado.headlines(given, BELIEFS, load.table("cohorts"), load.table("safety_outcomes"), 96)
    singly = tornado.one_by_one(headlines, held)
    for chart in drawing.check(draw.hangs_on, tornado.for_picture(singly)):
        title = drawing.title(chart)[0]
        assert finding in title and len(title) <= 80
        assert theme.SEEN.lower() not in drawing.colours_used(chart)
    shares = singly.assign(
        **dict.fromkeys(("alone", "alone_low", "alone_high", "total", "total_low", "total_high"), 0.5)
    )
    made = tornado.records(singly, shares)
    assert made.name.is_unique and np.isfinite(made.value).all() and (made.lower <= made.upper).all()
