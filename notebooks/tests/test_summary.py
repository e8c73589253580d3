"""Chapter 00: its tables against counts made by hand, and its drawings of people."""

import re

import pandas as pd
import pytest

from tests import drawing
from trial import load, summary
from trial.charts import summary as draw
from trial.charts import theme

IMAGINED, SISTERS = summary.hundred_trials(10, 12), load.table("sister_trials")


def column(sisters):
    """The empty column of the front page at its default results, with these other trials."""
    behind = {
        "spots": load.table("lesions").head(1),
        "shrinkage": load.table("atrophy"),
        "molecules": load.table("biomarkers"),
    }
    results = pd.DataFrame({"value": [0, 1 / 12, 0.5, 0.6014]}, index=summary.RECORDED)
    others = (load.table("serious_event_comparison"), load.table("progression"), sisters)
    return summary.empty_column(*others, behind, results, 12, 1.0)


COLUMN = column(SISTERS)


def test_side_effects_by_hand():
    """The ten of the first two weeks, term by term as the paper's table prints them, and infections row by row."""
    told = summary.side_effects(load.table("adverse_events"))
    assert told["related"] == "ten" and 3 + 2 + 1 + 1 + 1 + 1 + 1 == 10 and told["serious"] == "none"
    assert told["infections"] == "16" and 1 + 1 + 3 + 10 + 1 == 16  # cold sore, flu, urine, colds, skin
    late = load.table("adverse_events")
    late.loc[(late["term"] == "Accidental fall") & (late["cohort"] == "B"), ["causality", "serious"]] = [
        "possibly",
        True,
    ]
    told = summary.side_effects(late)
    assert (told["related"], told["grades"], told["weeks"]) == ("13", "six probably, seven possibly", "96")
    assert told["which"].startswith("headache (three), accidental fall (three), stiff muscles (two), neck pain")
    assert told["serious"] == "three"


def test_only_like_harm_in_ms_is_added_up():
    """Another illness, or another thing counted, stays out; somebody harmed is not left out."""
    one = SISTERS[SISTERS["trial"] == "hNSC-SPMS"]
    others = [one.assign(disease="stroke", events_people=2), one.assign(endpoint_class="broader", events_people=3)]
    harmed = one.assign(trial="another", events_people=1, people_followed=10)

    def backdrop(*rows):
        return column(pd.concat([one, *rows], ignore_index=True))["elsewhere"]

    assert backdrop(*others)[0] == "0 of 15 in one other trial in MS"
    assert backdrop(*others, harmed)[0] == "1 of 25 in two other trials in MS"
    assert backdrop()[2] == "6 to 7 of 12 if a borrowed rate holds (assumed)"  # 12 x 0.479 and 12 x 0.601


@pytest.mark.parametrize("width", [theme.WIDE, theme.NARROW])
def test_the_column_of_those_who_were_not_there_is_empty_from_top_to_bottom(width):
    """No word but "nobody was studied" within the frame, which reaches from the first row to below the last."""
    chart = draw.empty_column(COLUMN, width)
    (frame,) = [row for row in drawing.rows(chart) if "x2" in row]
    texts = [row for row in drawing.rows(chart) if "outcome" in row or "elsewhere" in row or "seen" in row]
    assert len(COLUMN) == 6 and texts and min(row.get("y", 999) for row in texts) >= frame["y"]
    assert max(row.get("y", row.get("seen_y", 0)) for row in texts) < frame["y2"]
    inside = [line for line in drawing.texts(chart) if line in ("nobody", "was", "studied")]
    assert inside == ["nobody", "was", "studied"] and frame["x2"] - frame["x"] > 0.2 * width
    said = drawing.texts(chart)
    assert {"0 of 12", "1 of 12"} <= set(said) and "6 of 12" in " ".join(said)
    assert summary.EMPTY_COLUMN["People like them who did not"][1]("anything") == "nobody was studied"


def test_the_numbers_behind_the_column_stand_under_the_heads_of_the_picture():
    assert list(summary.EMPTY_COLUMN)[1:4] == draw.HEADS


@pytest.mark.parametrize(
    ("one_in", "people", "words"),
    [
        (100000, 12, "nearly all trials of twelve would see none"),
        (4, 40, "hardly any of 100 trials of 40 would see none"),
    ],
)
def test_titles_at_the_edges(one_in, people, words):
    chart = draw.hundred_trials(summary.hundred_trials(one_in, people), 640)
    assert drawing.title(chart)[0].endswith(words)


def test_glossary_is_plain():
    terms = load.table("glossary")
    assert 25 <= len(terms) <= 45
    assert terms["meaning"].str.fullmatch(r"[A-Z](?:[^.]|\.\d)*\.").all(), "one sentence"
    assert (terms["meaning"].str.split().str.len() <= 30).all()
    assert terms["term"].tolist() == sorted(terms["term"], key=str.lower)
    names = [
        name.strip().lower()
        for row in terms.itertuples()
        for name in (row.term, *row.also_called.split(";"))
        if name.strip()
    ]
    assert len(names) == len(set(names))
    for row in terms.itertuples():
        assert not re.search(rf"\b{re.escape(row.term)}\b", row.meaning), f"{row.term} is explained by itself"


@pytest.mark.parametrize(
    ("shares", "told"),
    [((0.07, 0.89), "how much they prevent"), ((0.9, 0.1), "the yearly loss of brain volume, untreated")],
)
def test_what_counts_most_follows_the_shares_of_variance(shares, told):
    names = [f"assumptions.total__n_per_arm__{name}" for name in ("atrophy_mean", "effect")]
    others = {
        "assumptions.total__n_per_arm_excess__effect": 0.1,
        "assumptions.total__assurance_neutral__atrophy_sd": 9.0,
    }
    results = pd.DataFrame({"value": [*shares, *others.values()]}, index=[*names, *others])
    assert summary.counts_most(results) == told


def test_both_ends_of_what_another_drug_prevented_are_told():
    """A smaller share takes more people and a larger one fewer: either alone would choose how the next trial looks."""
    names = [f"assumptions.range__{name}__effect" for name in ("n_per_arm", "n_per_arm_excess")]
    results = pd.DataFrame({"lower": [22, 58], "upper": [515, 1362]}, index=names)
    told = "Another drug may have prevented 15% to 72%; such shares take about 22 to 1,362 each."
    assert summary.over_the_share(results, 0.5) == told
    assert summary.over_the_share(results, 0.1) == summary.over_the_share(results, 0.8) == "", (
        "the range has other ends"
    )
    assert summary.over_the_share(results[:1], 0.5) == "", "no size is recorded where none is enough"
