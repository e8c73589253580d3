"""Chapter 02: its tables against counts made by hand; its drawings, what they show and say, at both widths."""

import pandas as pd
import pytest

from tests import drawing
from tests.test_context import dates
from tests.test_summary import imagined, outcomes
from trial import load, safety
from trial.charts import context as draw_context
from trial.charts import safety as draw
from trial.charts import summary as draw_summary
from trial.charts import theme
from trial.methods import intervals


@pytest.fixture(scope="module")
def recorded():
    return load.table("adverse_events")


def test_overview_keeps_zeros_and_the_row_for_people(recorded):
    table = safety.events_overview(recorded).set_index("What was counted")
    assert table.loc["Events"].tolist() == ["14", "16", "9", "5", "44"]
    assert table.loc["in days 0 to 14"].tolist() == ["6", "1", "3", "0", "10"]
    assert table.loc["serious and put down to the cells"].tolist() == ["0"] * 5
    assert table.loc["People with any event", "All"] == "not in what we read"


def test_terms_are_sorted_by_frequency_and_complete(recorded):
    table = safety.events_by_term(recorded)
    counts = table["All"].astype(int).tolist()
    assert len(table) == 22 and sum(counts) == 44 and counts == sorted(counts, reverse=True)
    assert table["Judged"].str.contains("serious").sum() == 1


def test_causality_has_all_five_judgements(recorded):
    table = safety.events_by_causality(recorded).set_index("Judged by the investigators")
    assert table["All"].tolist() == ["0", "6", "4", "26", "8", "44"]
    assert table.loc["probably related", "Days 0 to 14"] == "6"


def test_causes_share_out_every_event(recorded):
    table = safety.causes(recorded, load.table("attribution"))
    assert sum(int(count) for count in table["Events"]) == 44


def test_statements_keep_what_was_not_read():
    table = safety.serious_statements(load.table("serious_event_statements"))
    assert table["Serious events"].tolist() == ["1", "not in what we read", "0"]


def test_interval_methods_side_by_side():
    outcomes = load.table("safety_outcomes").set_index("outcome").loc[["related_serious", "any_serious"]]
    table = safety.interval_methods(outcomes, 0.95).set_index(["Method", "Sides"])
    # 1 - 0.025^(1/12) = 0.2646; Brown, Cai and DasGupta's Jeffreys limits of 0 in 12 end at 0.
    assert table.loc[("Clopper-Pearson", "two")].iloc[0] == "0.0% to 26.5%"
    assert table.loc[("rule of three", "upper")].iloc[1] == "not defined"


def test_people_to_exclude_as_published():
    # Hanley and Lippman-Hand 1983: 59 people for 5%, 299 for 1%, at one-sided 95%.
    assert safety.people_to_exclude([0.05, 0.01], 0.95, 12)["People needed, none harmed"].tolist() == ["59", "299"]


def test_none_seen_marks_the_readings_of_this_trial():
    table = safety.none_seen([3, 12], 12, [0.1])
    marked = table[table.marked]
    assert len(marked) == 1 and marked.probability.iloc[0] == pytest.approx(0.9**12)


def test_rules_out_marks_four_points():
    table = safety.rules_out(0.95, 12)
    assert table[table.label != ""].people.tolist() == [3, 12, 59, 299]
    assert table[table.this_trial].people.tolist() == [12]


def test_sister_trials_count_people_and_name_what_they_counted():
    table = safety.sister_harm(load.table("sister_trials"), 0.95).set_index("trial")
    assert table.loc["hNSC-SPMS", "people"] == 15 and table.loc["hNSC-SPMS", "people_with"] == 0
    # 1 - 0.025^(1/15)
    assert table.loc["hNSC-SPMS", "upper"] == pytest.approx(1 - 0.025 ** (1 / 15))
    assert table["counted"].str.len().min() > 10


def test_the_two_growths_that_the_text_names():
    """One in a kidney and one in the bowel, both judged not related: chapters 00 and 02 say so in words."""
    events = load.table("adverse_events")
    growths = events[events.term.str.contains("lipoma|polyp|tumou?r|neoplasm|carcinoma|cyst", case=False)]
    assert sorted(growths.term.unique()) == ["Intestinal polyp", "Renal angiomyolipoma"]
    assert growths.causality.unique().tolist() == ["not"] and growths.events.sum() == 2


CONFIDENCE = 0.95


def events(late_and_related=0, serious=1):
    made = [  # term, group, window, cause, serious, events in A to D
        ("Headache", "around_the_injection", "0-14", "probably", False, (2, 0, 1, 0)),
        ("Flu", "infection", "0-14", "possibly", False, (0, 1, 0, 0)),
        ("Upper respiratory tract infection", "infection", "15-672", "unlikely", False, (4, 3, 3, 0)),
        ("MS relapse", "other", "15-672", "not", True, (0, serious, 0, 0)),
        ("Anemia", "blood_value", "15-672", "possibly" if late_and_related else "not", False, (0, 0, 0, 1)),
    ]
    return pd.DataFrame(
        [
            {
                "term": term,
                "plain_term": term.lower(),
                "group": group,
                "window_days": window,
                "causality": cause,
                "serious": is_serious,
                "cohort": cohort,
                "events": count,
            }
            for term, group, window, cause, is_serious, counts in made
            for cohort, count in zip("ABCD", counts, strict=True)
        ]
    )


def ruled_out(people=12, most=299):
    labels = {3: "one dose", people: "this trial"} | ({most: "1 in 100"} if most > people else {})
    grid = sorted({*labels, 2, 30, 100, 1000})
    return pd.DataFrame(
        {
            "people": grid,
            "largest_rate": [intervals.largest_rate_compatible_with_none(n, CONFIDENCE) for n in grid],
            "label": [labels.get(n, "") for n in grid],
            "this_trial": [n == people for n in grid],
            "confidence": CONFIDENCE,
        }
    )


def unseen(marked=(0.05, 0.1, 0.2)):
    rates = sorted({*marked, *(step / 100 for step in range(51))})
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "people": people,
                    "rate": rates,
                    "probability": [(1 - rate) ** people for rate in rates],
                    "marked": [people == 12 and rate in marked for rate in rates],
                    "this_trial": people == 12,
                }
            )
            for people in (3, 12, 100)
        ],
        ignore_index=True,
    )


def methods(counts=(0, 1)):
    return pd.concat(
        [
            intervals.interval_table(count, 12, CONFIDENCE).assign(people_with=count, people=12, confidence=CONFIDENCE)
            for count in counts
        ],
        ignore_index=True,
    )


def counted(*counts):
    limits = [intervals.clopper_pearson(count, people, CONFIDENCE) for count, people in counts]
    return pd.DataFrame(
        {
            "trial": [f"Trial {place}" for place, _ in enumerate(counts)],
            "people_with": [count for count, _ in counts],
            "people": [people for _, people in counts],
            "lower": [limit.lower for limit in limits],
            "upper": [limit.upper for limit in limits],
            "confidence": CONFIDENCE,
            "counted": "a serious adverse event put down to the treatment, within two years of the first injection",
        }
    )


FIGURES = {
    "twelve_people": (draw_summary.twelve_people, outcomes(), {}),
    "hundred_trials": (draw_summary.hundred_trials, imagined(), {}),
    "hundred_trials, still": (draw_summary.hundred_trials, imagined(), {"choice": False}),
    "forty_four_events": (draw.forty_four_events, events(), {}),
    "events_by_dose": (draw.events_by_dose, events(), {}),
    "rules_out": (draw.rules_out, ruled_out(), {}),
    "none_seen": (draw.none_seen, unseen(), {}),
    "interval_methods": (draw.interval_methods, methods(), {}),
    "k_of_n": (draw.k_of_n, counted((0, 15), (1, 12), (13, 112)), {}),
    "timeline": (draw_context.timeline, dates(), {}),
}


@pytest.mark.parametrize("name", FIGURES)
def test_rules_for_every_figure(name):
    drawn, table, options = FIGURES[name]
    before = table.copy()
    drawing.check(drawn, table, **options)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("drawn", "table", "finding"),
    [
        (
            draw_summary.twelve_people,
            outcomes(),
            "None of the twelve had a serious event put down to the cells; half had a new spot on a brain scan",
        ),
        (
            draw_summary.twelve_people,
            outcomes([(0, "0 of 12"), (0, "0 of 12")]),
            "None of the twelve had a serious event put down to the cells or a serious event of any cause",
        ),
        (
            draw_summary.twelve_people,
            outcomes([(3, "3 of 12")]),
            "Three of the twelve had a serious event put down to the cells",
        ),
        (draw.forty_four_events, events(), "Everything put down to the cells came in the first two weeks"),
        (
            draw.forty_four_events,
            events(late_and_related=1),
            "Of five events put down to the cells, four came in the first two weeks",
        ),
        (draw.forty_four_events, events().assign(causality="not"), "No event was put down to the cells"),
        (draw.events_by_dose, events(), "Fewer events at higher doses is not protection"),
        (draw.events_by_dose, events().assign(events=1), "Events by dose cannot be read as an effect of the dose"),
        (draw.rules_out, ruled_out(), "Ruling out a harm that strikes 1 in 100 takes 299 people, not 12"),
        (draw.rules_out, ruled_out(people=299), "299 people without harm rule out harm that strikes 1 in 100"),
        (draw.none_seen, unseen(), "Even harm in 1 in 10 would stay unseen in 28 of 100 trials of twelve"),
        (draw.none_seen, unseen([0.2]), "Harm in 20% of people would stay unseen in 7 of 100 trials of twelve"),
        (draw.interval_methods, methods(), "After none of 12, every method leaves room for harm in 18% or more"),
        (draw.interval_methods, methods([1]), "After 1 of 12, every method leaves room for harm in 32% or more"),
        (
            draw.k_of_n,
            counted((0, 15), (0, 20)),
            "Nobody was counted as harmed in two trials, yet none rules out harm in about 17% of people",
        ),
        (draw.k_of_n, counted((1, 12), (13, 112), (14, 70)), "One and the same share would fit all three counts"),
        (draw.k_of_n, counted((1, 100), (60, 100)), "No single share fits all two counts"),
        (draw_context.timeline, dates(), "This trial's dates run from 2017 to 2023, those around it from 2009 to 2023"),
        (draw_context.timeline, dates(["rule"] * 4), "The dates that matter here run from 2009 to 2023"),
    ],
)
@pytest.mark.parametrize("width", [theme.WIDE, theme.NARROW])
def test_the_title_is_what_the_table_says(drawn, table, finding, width):
    assert drawing.title(drawn(table, width))[0] == finding


def test_a_limit_in_a_title_is_rounded_as_beside_its_line():
    table = counted((0, 20), (0, 15))
    assert 0.165 < intervals.clopper_pearson(0, 20, CONFIDENCE).upper < 0.17
    chart = draw.k_of_n(table, 640)
    assert "about 17%" in drawing.title(chart)[0] and "0% to 17%" in drawing.texts(chart)


@pytest.mark.parametrize("width", [theme.WIDE, theme.NARROW])
def test_every_event_is_one_square_and_empty_doses_stay(width):
    table = events()
    chart = draw.forty_four_events(table, width)
    squares = [layer for layer in chart.to_dict()["layer"] if layer["mark"]["type"] == "point"]
    assert {layer["mark"]["shape"] for layer in squares} == {"square"}
    data = chart.to_dict()["datasets"]
    drawn = sum(len(data[layer["data"]["name"]]) for layer in squares)
    assert drawn == table.events.sum() + 4, "one square an event, four for the key"
    heavy = [layer for layer in squares if layer["mark"]["strokeWidth"] > 2]
    assert [len(data[layer["data"]["name"]]) for layer in heavy] == [1, 1]
    found = drawing.texts(chart)
    assert {"A: 2", "B: 1", "C: 1", "D: 0", "A: 4", "B: 4", "C: 3", "D: 1"} <= set(found)
    assert "probably or possibly: 4; definitely: 0" in found and "ms relapse (serious)" in found
    assert "11 of 16 were infections" in drawing.title(chart)[1]


def test_a_dose_without_events_keeps_its_column_even_where_no_row_names_it():
    table = events()
    assert "D: 0" in drawing.texts(draw.forty_four_events(table[table.events > 0], 340))


def test_no_serious_event_leaves_no_heavy_frame_but_its_zero():
    chart = draw.forty_four_events(events(serious=0), 640)
    assert "serious: 0" in drawing.texts(chart)


@pytest.mark.parametrize("width", [theme.WIDE, theme.NARROW])
def test_events_by_dose_prints_every_count(width):
    chart = draw.events_by_dose(events(), width)
    squares = [row for row in drawing.rows(chart) if "cohort" in row]
    assert len(squares) == 16
    cells = [row["text"] for row in drawing.rows(chart) if row.get("text", "x").isdigit()]
    assert cells == ["2", "4", "1", "4", "1", "3", "0", "1"]
    assert "A 6, B 5, C 4 and D 1" in chart.to_dict()["description"]


def test_forests_draw_every_row_and_flag_the_pooled_one():
    table = counted((0, 15), (0, 6)).assign(pooled=[False, True], this_trial=[True, False])
    shapes = [mark.get("shape") for mark in drawing.marks(draw.k_of_n(table, 640)) if mark["type"] == "point"]
    assert sorted(shapes) == ["circle", "diamond"]
    assert {"0 of 15", "0% to 22%"} <= set(drawing.texts(draw.k_of_n(table, 340)))
    found = drawing.texts(draw.interval_methods(methods(), 640))
    assert found.count("serves only counts of none") == 2
    assert {"0% to 26%", "0.2% to 38%", "Wilson", "Mid-P"} <= set(found)


def test_the_axis_is_labelled_with_its_own_values():
    found = drawing.texts(draw.k_of_n(counted((4, 6), (9, 27)), 640))
    assert {"0", "25", "50", "75", "100"} <= set(found)


def test_limits_below_zero_are_cut_and_no_method_is_left_out():
    chart, table = draw.interval_methods(methods(), 640), methods()
    assert table.lower.min() < 0
    lines, spots = ([row for row in drawing.rows(chart) if name in row] for name in ("upper_x", "zero_x"))
    assert len(lines) == len(spots) == len(table)
    zero = sorted({row["zero_x"] for row in spots})
    assert all(min(abs(row["lower_x"] - start) for start in zero) < 20 and row["lower_x"] >= zero[0] for row in lines)


def test_curves_hold_the_numbers_of_their_tables():
    rates = {row["people"]: row["rate"] for row in drawing.rows(draw.rules_out(ruled_out(), 640)) if "people" in row}
    assert rates[12] == pytest.approx(1 - 0.05 ** (1 / 12))
    rows = drawing.rows(draw.none_seen(unseen(), 640))
    assert any(row.get("text") == "10% harmed: 28 of 100" for row in rows)
    assert {row["people"] for row in rows if "people" in row} == {3, 12, 100}


def test_none_chosen_holds_every_position_of_its_sliders():
    table = safety.chosen_sizes([3, 6, 9, 12], [0.9, 0.95], range(0, 51, 10))
    wide, _ = drawing.check(draw.none_chosen, table, people=12, confidence=95)
    sliders = {param["name"]: param for param in wide.to_dict()["params"]}
    assert sliders["people_treated"]["bind"] | {"name": ""} == {
        "input": "range",
        "min": 3,
        "max": 12,
        "step": 3,
        "name": "",
    }
    assert sliders["how_sure"]["value"] == 95
    limits = [row for row in drawing.rows(wide) if "limit" in row and row["people"] == 12 and row["confidence"] == 95]
    assert limits[0]["limit"] == pytest.approx(100 * (1 - 0.05 ** (1 / 12)), abs=0.01)
    assert "12 people, none harmed:" in drawing.texts(wide)


def test_rates_by_window_against_hand_counts():
    rates = safety.rates_by_window(load.table("adverse_events"), 12, 0.95, 4)
    assert rates.years.round(4).tolist() == [round(12 * days / 365.25, 4) for days in (14, 658, 672)]
    assert rates.events.tolist() == [10, 34, 44]
    # Garwood's limits for ten events are 4.80 and 18.39
    assert (rates.lower * rates.years).iloc[0] == pytest.approx(4.795, abs=0.005)
    assert (rates.upper * rates.years).iloc[0] == pytest.approx(18.39, abs=0.005)
    assert (rates.upper_bunched > rates.upper).all()


def test_late_harm_needs_are_the_rule_of_three_a_year():
    table = safety.late_harm_needs([0.01, 0.001], [2, 5], 0.95)
    assert table["Person-years without a case"].tolist() == ["300", "2,996"]
    assert table["People for two years"].tolist() == ["150", "1,498"]
