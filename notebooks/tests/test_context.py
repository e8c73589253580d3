"""Chapter 06: its comparisons against printed values; its drawings, their rules, titles and numbers."""

import re

import pandas as pd
import pytest

from reporting.tables import shown
from tests import drawing
from trial import context, load
from trial.charts import context as draw
from trial.charts import theme

CONTROLLED, PREVALENCE = load.table("controlled_trials"), load.table("prevalence")
SISTERS, PROGRESSION, PARTICIPANTS = (
    load.table(name) for name in ("sister_trials", "progression", "trial_participants")
)
COUNTS = PREVALENCE[PREVALENCE.measure == "people_living_with_ms"]
WORSE = context.placebo_groups(PROGRESSION, PARTICIPANTS).sort_values("share", ascending=False, ignore_index=True)


def test_progression_draws_every_group_from_zero():
    for chart in drawing.check(draw.progression, WORSE):
        drawn = [row["value"] for row in drawing.rows(chart) if set(row) == {"value", "row"}]
        assert drawn == pytest.approx(list(100 * WORSE.share))
        assert {"56.8%", "48%", "38.5%", *WORSE.trial} <= set(drawing.texts(chart))
        told = " ".join(drawing.texts(chart)).replace("\n", " ")
        assert "63% with EDSS 6.0 to 6.5 at the start" in told and "EDSS up to" not in told
        assert "from 32% (EXPAND) to 57% (Interferon beta-1b trial)" in chart.to_dict()["description"]


def test_prevalence_draws_every_source():
    for chart in drawing.check(draw.prevalence, COUNTS):
        assert {"1.0 million", "0.73 million", "0.40 million", "2.8 million"} <= set(drawing.texts(chart))
        assert "United States, 2012: 0.40 million" in chart.to_dict()["description"]


# Context


def test_who_got_worse_on_placebo():
    assert (WORSE.share.min(), WORSE.share.max()) == (0.32, 0.568)
    assert WORSE.set_index("trial").affected["ASCEND"].startswith("63% with EDSS")
    assert (WORSE.affected != "").sum() == 2


def test_who_got_better():
    better = context.improved(CONTROLLED, load.table("sister_findings"), 0.95)
    assert better.counted.iloc[1].endswith("(in 5 of these 7 not fully kept)")
    assert better.people_with.tolist() == [4, 7, 9, 10] and better.people.tolist() == [6, 18, 27, 27]
    # 4 of 6 by printed tables of exact limits: 22.3% to 95.7%
    assert (better.lower.iloc[0], better.upper.iloc[0]) == pytest.approx((0.223, 0.957), abs=5e-4)


def test_severe_events_are_shown_and_not_added_to_serious_ones():
    table = context.related_serious(SISTERS, load.table("safety_outcomes"), 0.95)
    assert table.people.tolist() == [12, 15, 6, 27] and not table.people_with.any()
    assert table.upper.iloc[-1] == pytest.approx(1 - 0.025 ** (1 / 27))
    assert "mazzini2015" not in table.source.iloc[-1] and "severe" in table.counted.iloc[2]
    assert table.pooled.tolist() == [False, False, False, True]
    assert table.this_trial.tolist() == [True, False, False, False]


def dates(about=("stems", "other_trial", "stems", "harm")):
    return pd.DataFrame(
        {
            "date": ["2017-05", "2018", "2023-01-09", "2009"],
            "about": about,
            "event": ["It starts.", "Another trial ends.", "The paper appears.", "A tumour is described."],
        }
    )


def test_dates_stand_where_they_belong():
    chart, _ = drawing.check(draw.timeline, dates())
    rules = drawing.title(draw.timeline(dates(["rule"] * 4), 640))[0]
    assert rules == "The dates that matter here run from 2009 to 2023"
    spots = pd.DataFrame([row for row in drawing.rows(chart) if "hue" in row]).groupby("hue")["at"].apply(sorted)
    (harm,), own = spots[theme.CAUTION], spots[theme.COHORT["D"]]
    assert harm < min(own) and len(own) == 2
    order = [text for text in drawing.texts(chart) if text.endswith(".")]
    assert order.index("It starts.") < order.index("The paper appears.")


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (CONTROLLED, context.CONTROLLED_TRIALS),
        (SISTERS, context.SISTER_TRIALS),
        (PREVALENCE, context.PREVALENCE),
        (context.who_was_let_in(PARTICIPANTS), context.WHO_WAS_LET_IN),
        (context.placebo_groups(PROGRESSION, PARTICIPANTS), context.PLACEBO_GROUPS),
        (context.years_to_a_wheelchair(PROGRESSION), context.YEARS_TO_A_WHEELCHAIR),
    ],
)
def test_nothing_missing_prints_as_nan(table, columns):
    assert not re.search(r"\b(?:nan|NA|None)\b", " ".join(shown(table, columns).to_numpy().ravel()))


def test_what_is_printed_in_part_is_told_in_part():
    told = shown(context.who_was_let_in(PARTICIPANTS), context.WHO_WAS_LET_IN).set_index(["Trial", "What"])["EDSS"]
    assert told["STEMS"].tolist() == ["6.5 or more"] and told["ORATORIO-HAND"].tolist() == ["up to 8"]
    assert told["MSC-NP phase II"].tolist() == ["3 to 6.5"] and told["ASCEND"].tolist() == ["63%"]
    results = set(shown(CONTROLLED, context.CONTROLLED_TRIALS)["Result"])
    assert {"3.7 v −54.4%; p = 0.030", "difference 0 percentage points (−0.4 to 0.5)", "48% slower"} <= results
    assert {"33 v 37%", "−0.21 v −0.65% a year; p = 0.002", "44 v 48%; odds ratio 0.86 (0.66 to 1.13)"} <= results
