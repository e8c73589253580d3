"""Chapter 06: its comparisons against printed values; its drawings, their rules, titles and numbers."""

import re

import pandas as pd
import pytest
from scipy.integrate import quad

from reporting.tables import shown
from tests import drawing
from trial import context, load
from trial.charts import context as draw
from trial.charts import theme

CONTROLLED, DOSES = load.table("controlled_trials"), load.table("dose_groups")
SISTERS, PROGRESSION, PARTICIPANTS = (
    load.table(name) for name in ("sister_trials", "progression", "trial_participants")
)
WORSE = context.most_alike_first(context.placebo_groups(PROGRESSION, PARTICIPANTS))


def test_progression_draws_every_group_from_zero():
    for chart in drawing.check(draw.progression, WORSE):
        drawn = [row["value"] for row in drawing.rows(chart) if set(row) == {"value", "row"}]
        assert drawn == pytest.approx(list(100 * WORSE.share))
        assert {"56.8%", "48%", "38.5%", *WORSE.trial} <= set(drawing.texts(chart))
        told = " ".join(drawing.texts(chart)).replace("\n", " ")
        assert "63% with EDSS 6.0 to 6.5 at the start" in told and "EDSS up to" not in told
        assert "from 32% (EXPAND) to 57% (Interferon beta-1b trial)" in chart.to_dict()["description"]


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


def test_primary_progressive_comes_first():
    """Seven of the twelve had it; within a type the largest share leads, and the picture names each type once."""
    assert WORSE.population.tolist() == ["ppms"] * 5 + ["spms"] * 3
    for _, part in WORSE.groupby("population"):
        assert part.share.is_monotonic_decreasing
    texts = drawing.texts(draw.progression(WORSE, 640))
    heads = [f"On placebo, {kind} progressive MS" for kind in ("primary", "secondary")]
    assert [texts.count(head) for head in heads] == [1, 1]


def test_more_said_of_the_high_dose():
    """By hand: two equal groups, one half; 5 and 7 people fall in 792 ways, 2 and 4 in 15, 6 and 6 in 924."""
    table = context.high_against_low(DOSES)
    assert table.groupby("trial").least_p.first().to_dict() == {
        "exPDite": 1 / 792,
        "Kyoto trial": 1 / 15,
        "A9-DPC": 1 / 924,
    }
    assert set(table.luck) == {0.5} and (table[["people_low", "people_high"]].sum(axis=1) <= 12).all()
    row = table[table.gap.notna()]
    assert row.trial.tolist() == ["exPDite"]
    # 13.6 points over 7.8 x sqrt(1/5 + 1/7); t with six degrees: scipy's test from summary statistics, one group known
    assert row.errors.iloc[0] == pytest.approx(13.6 / (7.8 * (12 / 35) ** 0.5), rel=1e-9)
    assert row.p_value.iloc[0] == pytest.approx(2 * quad(t_density, row.errors.iloc[0], 400)[0], rel=1e-3)
    told = shown(table, context.HIGH_AGAINST_LOW)
    assert told["Low v high"].tolist() == ["−8.3 v −21.9 points", "7 v 63.5%", "direction only", "direction only"]


def t_density(value, degrees=6):
    """Student's density with six degrees of freedom, by its formula: 15/16 / sqrt(6) (1 + t^2/6)^(-7/2)."""
    return 15 / 16 / degrees**0.5 * (1 + value**2 / degrees) ** (-(degrees + 1) / 2)


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
    (harm,), own = spots[theme.SEEN], spots[theme.COHORT["D"]]
    assert harm < min(own) and len(own) == 2
    order = [text for text in drawing.texts(chart) if text.endswith(".")]
    assert order.index("It starts.") < order.index("The paper appears.")


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (CONTROLLED, context.CONTROLLED_TRIALS),
        (SISTERS, context.SISTER_TRIALS),
        (context.high_against_low(DOSES), context.HIGH_AGAINST_LOW),
        (context.who_was_let_in(PARTICIPANTS), context.WHO_WAS_LET_IN),
        (context.placebo_groups(PROGRESSION, PARTICIPANTS), context.PLACEBO_GROUPS),
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
