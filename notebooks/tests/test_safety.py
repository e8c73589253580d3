"""Chapter 02: its frames against counts made by hand; its drawings, what they show and say, at both widths."""

import re
from math import comb

import pandas as pd
import pytest

from reporting import tables
from tests import drawing
from tests.chapters import cells
from trial import load, safety, words
from trial.charts import safety as draw
from trial.charts import theme

CONFIDENCE = 0.95
EVENTS = load.table("adverse_events")


@pytest.mark.parametrize("order", [["none", "one"], ["one", "none"]])
def test_interval_methods_side_by_side(order):
    counts = pd.DataFrame({"people_with": [0, 1], "people": 12, "in_words": ""}, index=["none", "one"]).loc[order]
    made = safety.interval_methods(counts, CONFIDENCE)
    table = tables.formatted(made, safety.interval_columns(counts)).set_index(["Method", "Sides"])
    # 1 - 0.025^(1/12) = 0.2646
    assert table.loc[("Clopper-Pearson", "two"), "0 of 12: "] == "0.0% to 26.5%"
    assert table.loc[("rule of three", "upper"), "1 of 12: "] == "not defined"
    assert made["none_lower"].min() < 0 and not table.map(lambda text: text.startswith("−")).any(axis=None)


def test_what_other_trials_lead_us_to_expect():
    """At 13 of 112: (99/112)^12 none, 59 of 100 none or one; at one in five: 0.8^12 and 0.8^12 + 12 x 0.2 x 0.8^11."""
    table = safety.expected_beside_observed(load.table("serious_event_comparison"), CONFIDENCE).set_index("trial")
    assert table.as_few["MS-STAT"] == pytest.approx(0.8**12 + 12 * 0.2 * 0.8**11, rel=1e-9)
    assert table.none["MS-SMART"] == pytest.approx((99 / 112) ** 12, rel=1e-9)
    assert [words.in_hundred(share) for share in table.as_few] == ["59 of 100", "27 of 100"]
    assert table.expected.tolist() == pytest.approx([12 * 13 / 112, 2.4])
    for trial, (harmed, people) in {"MS-SMART": (13, 112), "MS-STAT": (14, 70)}.items():
        # Fisher by hand: the hypergeometric chances of all splits as unlikely as the one seen
        chance = [comb(12, k) * comb(people, harmed + 1 - k) / comb(people + 12, harmed + 1) for k in range(13)]
        assert table.p_value[trial] == pytest.approx(sum(one for one in chance if one <= chance[1] * (1 + 1e-9)))
        # at a limit of the odds the count seen has a tail of one fortieth
        for odds, tail in ((table.lower[trial], range(1, 13)), (table.upper[trial], range(2))):
            tilted = [one * odds**k for k, one in enumerate(chance)]
            assert sum(tilted[k] for k in tail) / sum(tilted) == pytest.approx(0.025, rel=1e-4)


SISTERS, OUTCOMES = load.table("sister_trials"), load.table("safety_outcomes").set_index("outcome")


def test_only_what_counts_the_same_thing_is_added():
    """Serious harm put down to the cells, in MS: 12 + 15 people with fetal cells, with 51 more of other cells."""
    harm = safety.harm_in_trials(SISTERS, OUTCOMES, CONFIDENCE)
    pooled = safety.pooled_harm(harm, CONFIDENCE).set_index("name")
    assert pooled.people.tolist() == [27, 78] and not pooled.people_with.any() and pooled.trials.tolist() == [2, 3]
    shown = tables.formatted(pooled, safety.POOLED)
    averages = [column for column in shown if "average" in column]
    assert shown[averages].to_numpy().tolist() == [["14%", "51%"], ["7.2%", "39%"]]
    # related harm of any kind was seen in this trial: ten events; a trial that counts otherwise is never added
    for other in ("related_severe", "severe", "broader"):
        moved = safety.pooled_harm(
            harm.assign(harm=harm.harm.where(~harm.cells.str.startswith("MSC"), other)), CONFIDENCE
        )
        assert moved.people.tolist() == [27, 27]


def test_the_two_growths_that_the_text_names():
    """One in a kidney and one in the bowel, both judged not related: chapters 00 and 02 say so in words."""
    growths = EVENTS[EVENTS.term.str.contains("lipoma|polyp|tumou?r|neoplasm|carcinoma|cyst", case=False)]
    assert sorted(growths.term.unique()) == ["Intestinal polyp", "Renal angiomyolipoma"]
    assert growths.causality.unique().tolist() == ["not"] and growths.events.sum() == 2
    told = safety.growths(EVENTS)
    assert all(f"a {term}" in told for term in growths.plain_term) and "benign" in told
    for chapter in ("00_summary", "02_safety"):
        assert "safety.growths(" in "".join(cells(chapter, "code")), f"{chapter} does not say what they were"


def test_rates_by_window_against_hand_counts():
    rates = safety.rates_by_window(EVENTS, 12, CONFIDENCE, 4)
    assert rates.years.round(4).tolist() == [round(12 * days / 365.25, 4) for days in (14, 658, 672)]
    assert rates.events.tolist() == [10, 34, 44] and (rates.upper_bunched > rates.upper).all()


def test_late_harm_needs_are_the_rule_of_three_a_year():
    table = safety.late_harm_needs([0.01, 0.001], [2, 5], CONFIDENCE)
    assert table["person_years"].tolist() == [300, 2996] and table[2].tolist() == [150, 1498]


# Drawings


def late():
    """The events, one of the late ones put down to the cells."""
    return EVENTS.assign(causality=EVENTS.causality.where(EVENTS.term != "Intestinal polyp", "possibly"))


def ruled_out(people=12):
    return safety.rules_out(CONFIDENCE, people)


# What the page itself says is held by its reference; here are the branches it does not take.
FINDINGS = [
    (draw.forty_four_events, late(), "Of eleven events put down to the cells, ten came in the first two weeks"),
    (draw.forty_four_events, EVENTS.assign(causality="not"), "No event was put down to the cells"),
    (draw.rules_out, ruled_out(299), "299 people without harm rule out harm that strikes 1 in 100"),
]


@pytest.mark.parametrize(("drawn", "table", "finding"), FINDINGS)
def test_the_title_is_what_the_table_says(drawn, table, finding):
    title = drawing.title(drawn(table, theme.NARROW))[0]
    assert re.match(finding, title) and len(title) <= 80


def test_no_serious_event_leaves_no_heavy_frame_but_its_zero():
    mild = EVENTS.assign(events=EVENTS.events.where(~EVENTS.serious, 0))
    assert "serious: 0" in drawing.texts(draw.forty_four_events(mild, 640))


def test_a_dose_keeps_its_column_even_where_no_row_names_it():
    found = drawing.texts(draw.forty_four_events(EVENTS[EVENTS.events > 0], theme.NARROW))
    assert found.count("Dose D") == 2 and {"events: 10", "events: 34", "infections: 14"} <= set(found)
