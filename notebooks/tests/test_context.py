"""Chapter 06: its comparisons against printed values; its drawings, their rules, titles and numbers."""

import pandas as pd
import pytest

from tests import drawing
from trial import context, load
from trial.charts import context as draw
from trial.charts import theme


@pytest.fixture
def worse():
    return context.progression_shares(load.table("progression"), load.table("trial_participants"))


@pytest.fixture
def counts():
    return context.people_living_with_ms(load.table("prevalence"))


@pytest.fixture
def controlled():
    return load.table("controlled_trials")


def test_progression_draws_every_group_from_zero(worse):
    for chart in drawing.check(draw.progression, worse):
        drawn = [row["value"] for row in drawing.rows(chart) if set(row) == {"value", "row"}]
        assert drawn == pytest.approx(list(100 * worse.share))
        assert {"56.8%", "48%", "38.5%", *worse.trial} <= set(drawing.texts(chart))
        told = " ".join(drawing.texts(chart)).replace("\n", " ")
        assert "63% with EDSS 6.0 to 6.5 at the start" in told and "EDSS up to" not in told
        assert "from 32% (EXPAND) to 57% (Interferon beta-1b trial)" in chart.to_dict()["description"]


def test_prevalence_draws_every_source(counts):
    for chart in drawing.check(draw.prevalence, counts):
        assert {"1.0 million", "0.73 million", "0.40 million", "2.8 million"} <= set(drawing.texts(chart))
        assert "United States, 2012: 0.40 million" in chart.to_dict()["description"]


# Context


def test_who_got_worse_on_placebo():
    lowest, highest = context.share_worse_untreated(load.table("progression"))
    assert (lowest, highest) == (0.32, 0.568)
    shares = context.progression_shares(load.table("progression"), load.table("trial_participants"))
    assert shares.share.is_monotonic_decreasing and shares.set_index("trial").affected["ASCEND"].startswith(
        "63% with EDSS"
    )
    assert (shares.affected != "").sum() == 2


def test_who_got_better(controlled):
    better = context.improved(controlled, load.table("sister_findings"), 0.95).set_index("trial")
    assert better.counted.iloc[1].endswith("(in 5 of these 7 not fully kept)")
    assert better.people_with.tolist() == [4, 7, 9, 10] and better.people.tolist() == [6, 18, 27, 27]
    assert (better.lower < better.people_with / better.people).all() and (
        better.upper > better.people_with / better.people
    ).all()


def test_severe_events_are_shown_and_not_added_to_serious_ones():
    table = context.related_serious(load.table("sister_trials"), load.table("safety_outcomes"), 0.95)
    assert table.people.tolist() == [12, 15, 6, 27] and not table.people_with.any()
    assert table.upper.iloc[-1] == pytest.approx(1 - 0.025 ** (1 / 27))
    assert "mazzini2015" not in table.source.iloc[-1] and "severe" in table.counted.iloc[2]
    assert table.pooled.tolist() == [False, False, False, True] and table.this_trial.tolist() == [
        True,
        False,
        False,
        False,
    ]


def dates(about=("stems", "other_trial", "stems", "harm")):
    return pd.DataFrame(
        {
            "date": ["2017-05", "2018", "2023-01-09", "2009"],
            "about": about,
            "event": ["It starts.", "Another trial ends.", "The paper appears.", "A tumour is described."],
        }
    )


def test_dates_stand_where_they_belong():
    chart = draw.timeline(dates(), 640)
    spots = pd.DataFrame([row for row in drawing.rows(chart) if "hue" in row]).groupby("hue")["at"].apply(sorted)
    (harm,), own = spots[theme.CAUTION], spots[theme.COHORT["D"]]
    assert harm < min(own) and len(own) == 2
    order = [text for text in drawing.texts(chart) if text.endswith(".")]
    assert order.index("It starts.") < order.index("The paper appears.")


def test_nothing_missing_prints_as_nan(controlled):
    for table in (
        context.controlled_trials(controlled),
        context.sister_trials(load.table("sister_trials")),
        context.prevalence(load.table("prevalence")),
        context.who_was_let_in(load.table("trial_participants")),
        context.natural_history(load.table("progression"), load.table("trial_participants")),
        context.years_to_a_wheelchair(load.table("progression")),
        context.timeline_in_words(load.table("timeline")),
    ):
        assert not table.map(lambda text: pd.isna(text) or "nan" in str(text).split()).to_numpy().any()


def test_conflicts_of_a_chapter_are_all_shown():
    shown = context.disagreements(load.table("conflicts"), "06_context")
    assert len(shown) == (load.table("conflicts").chapter == "06_context").sum() >= 3
