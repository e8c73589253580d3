"""Chapter 02: its frames against counts made by hand; its drawings, what they show and say, at both widths."""

import re
from collections import Counter
from math import comb

import pandas as pd
import pytest

from reporting import tables
from tests import drawing
from tests.chapters import cells
from trial import answers, load, safety, words
from trial.charts import safety as draw
from trial.charts import theme

CONFIDENCE = 0.95
EVENTS = load.table("adverse_events")


def test_overview_keeps_zeros_and_the_row_for_people():
    table = tables.shown(safety.events_overview(EVENTS), safety.overview_columns()).set_index("What was counted")
    assert table.loc["Events"].tolist() == ["44", "14", "16", "9", "5"]
    assert table.loc["in days 0 to 14"].tolist() == ["10", "6", "1", "3", "0"]
    assert table.loc["put down to the cells"].tolist() == ["10", "6", "1", "3", "0"]
    assert table.loc["serious and put down to the cells"].tolist() == ["0"] * 5
    assert table.loc["People with any event"].tolist() == [answers.MARK, "", "", "", ""]


def test_terms_are_sorted_by_frequency_and_complete():
    terms = safety.events_by_term(EVENTS)
    counts = terms["all"].tolist()
    assert len(terms) == 22 and sum(counts) == 44 and counts == sorted(counts, reverse=True)
    shown = tables.shown(terms, safety.BY_TERM).set_index("Event")
    assert shown.loc["MS relapse"].tolist() == ["1", "0", "1", "0", "0", "day 15 to week 96", "not related, serious"]
    assert sum(name.endswith(" (Renal angiomyolipoma)") for name in shown.index) == 1


def test_causes_share_out_every_event_and_name_the_alternatives():
    attribution = load.table("attribution")
    table = safety.causes(EVENTS, attribution)
    assert table["events"].sum() == 44 and set(table["other_cause"]) <= set(safety.CAUSES)
    events = EVENTS.groupby("term").events.sum()
    drugs = attribution[attribution.other_cause == "anti_rejection_drugs"].set_index("term")
    beside = table[(table.other_cause == "anti_rejection_drugs") & (table.also != "")].events.sum()
    assert beside == events[drugs.index[drugs.also != ""]].sum() == 19 and events[drugs.index].sum() == 22
    shown = tables.shown(table, safety.OTHER_CAUSES)["What else could cause it"].tolist()
    assert "The anti-rejection drugs, or MS" in shown and "Everyday life" in shown and len(set(shown)) == len(shown)


def test_what_was_put_down_to_the_cells():
    """Table 2 of the paper: six probably, four possibly, all in days 0 to 14; 14 of 16 infections after them."""
    blamed = safety.related(EVENTS)
    assert safety.graded(blamed) == ["six probably", "four possibly"]
    assert list(safety.how_often(blamed).items())[:3] == [("headache", 3), ("stiff muscles", 2), ("neck pain", 1)]
    infections = EVENTS[EVENTS.group == "infection"]
    assert infections[infections.window_days != "0-14"].events.sum() == 14 and infections.events.sum() == 16


def test_statements_keep_what_was_not_read():
    table = tables.shown(load.table("serious_event_statements"), safety.STATEMENTS)
    assert table["Serious events"].tolist() == ["1", answers.MARK, "0"]
    # the abstract speaks of severe reactions, not of serious ones
    assert table["Serious and related"].tolist() == ["0", answers.MARK, answers.MARK]


@pytest.mark.parametrize("order", [["none", "one"], ["one", "none"]])
def test_interval_methods_side_by_side(order):
    counts = pd.DataFrame({"people_with": [0, 1], "people": 12, "in_words": ""}, index=["none", "one"]).loc[order]
    made = safety.interval_methods(counts, CONFIDENCE)
    table = tables.shown(made, safety.interval_columns(counts)).set_index(["Method", "Sides"])
    # 1 - 0.025^(1/12) = 0.2646
    assert table.loc[("Clopper-Pearson", "two"), "0 of 12: "] == "0.0% to 26.5%"
    assert table.loc[("rule of three", "upper"), "1 of 12: "] == "not defined"
    assert made["none_lower"].min() < 0 and not table.map(lambda text: text.startswith("−")).any(axis=None)


def test_people_to_exclude_as_published():
    # Hanley and Lippman-Hand 1983: 59 people for 5%, 299 for 1%, at one-sided 95%.
    made = safety.people_to_exclude([0.05, 0.01], CONFIDENCE)
    assert made["people"].tolist() == [59, 299] and made["twelve_see_none"].iloc[1] == pytest.approx(0.99**12)
    assert made["people_two_sided"].tolist() == [72, 368] and 0.95**72 < 0.025 < 0.95**71


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


def test_harm_in_trials_counts_people_and_names_what_was_counted():
    table = safety.harm_in_trials(SISTERS, OUTCOMES, CONFIDENCE).set_index("trial")
    assert table.loc["hNSC-SPMS", ["people_with", "people"]].tolist() == [0, 15]
    assert table.loc["hNSC-SPMS", "upper"] == pytest.approx(1 - 0.025 ** (1 / 15))
    assert table["counted"].str.len().min() > 10 and table.index[0] == "This trial (STEMS)"
    assert table["head"].ne(table["head"].shift()).sum() == table["head"].nunique(), "counted alike, side by side"


def test_only_what_counts_the_same_thing_is_added():
    """Serious harm put down to the cells, in MS: 12 + 15 people with fetal cells, with 51 more of other cells."""
    harm = safety.harm_in_trials(SISTERS, OUTCOMES, CONFIDENCE)
    pooled = safety.pooled_harm(harm, CONFIDENCE).set_index("name")
    assert pooled.people.tolist() == [27, 78] and not pooled.people_with.any() and pooled.trials.tolist() == [2, 3]
    shown = tables.shown(pooled, safety.POOLED)
    averages = [column for column in shown if "average" in column]
    assert shown[averages].to_numpy().tolist() == [["14%", "51%"], ["7.2%", "39%"]]
    # related harm of any kind was seen in this trial: ten events; a trial that counts otherwise is never added
    for other in ("related_severe", "severe", "broader"):
        moved = safety.pooled_harm(
            harm.assign(harm=harm.harm.where(~harm.cells.str.startswith("MSC"), other)), CONFIDENCE
        )
        assert moved.people.tolist() == [27, 27]


def test_events_after_other_cells_stand_beside_those_of_the_same_name():
    table = safety.after_other_cells(load.table("sister_findings"), EVENTS, CONFIDENCE).set_index("finding")
    assert table.loc["headache", ["people_with", "people", "here"]].tolist() == [3, 37, 3]
    roots = table.loc["clumped nerve roots in the lower back"]
    assert (roots.people_with, roots.people, roots.here) == (2, 18, 0)
    # Clopper and Pearson by their definition: one fortieth in either tail
    tail = [
        sum(comb(18, k) * p**k * (1 - p) ** (18 - k) for k in of)
        for p, of in ((roots.lower, range(2, 19)), (roots.upper, range(3)))
    ]
    assert tail == pytest.approx([0.025, 0.025], rel=1e-6) and set(table.here[["fever", "nausea", "dizziness"]]) == {0}


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
    assert rates.events.tolist() == [10, 34, 44]
    # Garwood's limits for ten events are 4.80 and 18.39
    assert (rates.lower * rates.years).iloc[0] == pytest.approx(4.795, abs=0.005)
    assert (rates.upper * rates.years).iloc[0] == pytest.approx(18.39, abs=0.005)
    assert (rates.upper_bunched > rates.upper).all()


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


def test_every_event_is_one_square_filled_as_far_as_it_was_put_down_to_the_cells():
    # a dose keeps its column even where no row names it
    chart = draw.forty_four_events(EVENTS[EVENTS.events > 0], theme.NARROW)
    spec = drawing.spec_of(chart)
    many = Counter()
    for layer in spec["layer"]:
        look, paint = layer["mark"], layer["encoding"]
        if look["type"] == "point":
            color = paint.get("fill", paint.get("color"))["value"]
            many[look["shape"], color, look["strokeWidth"]] += len(spec["datasets"][layer["data"]["name"]])
            assert look["size"] >= 8**2, "wide enough to be told apart on a phone"
    # 44 events and a key of four: open squares, two with a heavy frame, over them eleven whole and 27 half fillings
    assert many == {
        ("square", theme.PAPER, 1): 46,
        ("square", theme.PAPER, theme.THICK): 2,
        ("square", theme.SEEN, 0): 11,
        (draw.HALF, theme.SEEN, 0): 27,
    }
    found = drawing.texts(chart)
    assert found.count("Dose D") == 2 and {"events: 10", "events: 34", "infections: 14"} <= set(found)
    assert "probably or possibly: 10; definitely: 0" in found


def test_no_serious_event_leaves_no_heavy_frame_but_its_zero():
    mild = EVENTS.assign(events=EVENTS.events.where(~EVENTS.serious, 0))
    assert "serious: 0" in drawing.texts(draw.forty_four_events(mild, 640))
