"""Drawings of people and of harm: what they show, what they say, at both widths."""

import pandas as pd
import pytest

from tests import drawing
from trial import charts, intervals, load, tables
from trial.charts import theme

CONFIDENCE = 0.95


def outcomes(counts=((0, "0 of 12"), (1, "1 of 12"), (6, "half"))):
    events = ["a serious event put down to the cells", "a serious event of any cause", "a new spot on a brain scan"]
    return pd.DataFrame(
        {
            "event": events[: len(counts)],
            "people_with": [count for count, _ in counts],
            "people": 12,
            "weeks": 96,
            "big_label": [label for _, label in counts],
            "note": ["", "", "six if all twelve were scanned"][: len(counts)],
        }
    )


def imagined(rates=(100, 10, 4), people=12):
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "one_in": one_in,
                    "people": people,
                    "trial": range(1, 101),
                    "harmed": [
                        harmed
                        for harmed, count in enumerate(intervals.hundred_trials(1 / one_in, people))
                        for _ in range(count)
                    ],
                }
            )
            for one_in in rates
        ],
        ignore_index=True,
    )


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


def dates(about=("stems", "other_trial", "stems", "harm")):
    return pd.DataFrame(
        {
            "date": ["2017-05", "2018", "2023-01-09", "2009"],
            "about": about,
            "event": ["It starts.", "Another trial ends.", "The paper appears.", "A tumour is described."],
        }
    )


FIGURES = {
    "twelve_people": (charts.twelve_people, outcomes(), {}),
    "hundred_trials": (charts.hundred_trials, imagined(), {}),
    "hundred_trials, still": (charts.hundred_trials, imagined(), {"choice": False}),
    "forty_four_events": (charts.forty_four_events, events(), {}),
    "events_by_dose": (charts.events_by_dose, events(), {}),
    "rules_out": (charts.rules_out, ruled_out(), {}),
    "none_seen": (charts.none_seen, unseen(), {}),
    "interval_methods": (charts.interval_methods, methods(), {}),
    "k_of_n": (charts.k_of_n, counted((0, 15), (1, 12), (13, 112)), {}),
    "timeline": (charts.timeline, dates(), {}),
}


@pytest.mark.parametrize("name", FIGURES)
def test_rules_for_every_figure(name):
    draw, table, options = FIGURES[name]
    before = table.copy()
    drawing.check(draw, table, **options)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("draw", "table", "finding"),
    [
        (
            charts.twelve_people,
            outcomes(),
            "None of the twelve had a serious event put down to the cells; half had a new spot on a brain scan",
        ),
        (
            charts.twelve_people,
            outcomes([(0, "0 of 12"), (0, "0 of 12")]),
            "None of the twelve had a serious event put down to the cells or a serious event of any cause",
        ),
        (
            charts.twelve_people,
            outcomes([(3, "3 of 12")]),
            "Three of the twelve had a serious event put down to the cells",
        ),
        (charts.forty_four_events, events(), "Everything put down to the cells came in the first two weeks"),
        (
            charts.forty_four_events,
            events(late_and_related=1),
            "Of five events put down to the cells, four came in the first two weeks",
        ),
        (charts.forty_four_events, events().assign(causality="not"), "No event was put down to the cells"),
        (charts.events_by_dose, events(), "Fewer events at higher doses is not protection"),
        (charts.events_by_dose, events().assign(events=1), "Events by dose cannot be read as an effect of the dose"),
        (charts.rules_out, ruled_out(), "Ruling out a harm that strikes 1 in 100 takes 299 people, not 12"),
        (charts.rules_out, ruled_out(people=299), "299 people without harm rule out harm that strikes 1 in 100"),
        (charts.none_seen, unseen(), "Even harm in 1 in 10 would stay unseen in 28 of 100 trials of twelve"),
        (charts.none_seen, unseen([0.2]), "Harm in 20% of people would stay unseen in 7 of 100 trials of twelve"),
        (charts.interval_methods, methods(), "After none of 12, every method leaves room for harm in 18% or more"),
        (charts.interval_methods, methods([1]), "After 1 of 12, every method leaves room for harm in 32% or more"),
        (
            charts.k_of_n,
            counted((0, 15), (0, 20)),
            "Nobody was counted as harmed in two trials, yet none rules out harm in about 17% of people",
        ),
        (charts.k_of_n, counted((1, 12), (13, 112), (14, 70)), "One and the same share would fit all three counts"),
        (charts.k_of_n, counted((1, 100), (60, 100)), "No single share fits all two counts"),
        (charts.timeline, dates(), "This trial's dates run from 2017 to 2023, those around it from 2009 to 2023"),
        (charts.timeline, dates(["rule"] * 4), "The dates that matter here run from 2009 to 2023"),
    ],
)
@pytest.mark.parametrize("width", [theme.WIDE, theme.NARROW])
def test_the_title_is_what_the_table_says(draw, table, finding, width):
    assert drawing.title(draw(table, width))[0] == finding


def test_a_limit_in_a_title_is_rounded_as_beside_its_line():
    table = counted((0, 20), (0, 15))
    assert 0.165 < intervals.clopper_pearson(0, 20, CONFIDENCE).upper < 0.17
    chart = charts.k_of_n(table, 640)
    assert "about 17%" in drawing.title(chart)[0] and "0% to 17%" in drawing.texts(chart)


def test_twelve_people_are_filled_where_it_happened_marked_ones_first():
    for width in (theme.WIDE, theme.NARROW):
        chart = charts.twelve_people(outcomes(), width)
        shapes = [layer for layer in chart.to_dict()["layer"] if layer["mark"]["type"] == "point"]
        assert {layer["mark"]["shape"] for layer in shapes} == {theme.PERSON}
        data = chart.to_dict()["datasets"]
        empty, filled = (data[layer["data"]["name"]] for layer in shapes)
        assert (len(empty), len(filled)) == (29, 7)
        assert shapes[1]["encoding"]["fill"] == {"value": theme.CAUTION}
        # the six of the last array fill its upper row
        last = [spot for spot in filled if spot["y"] == filled[-1]["y"]]
        assert len(last) == (7 if width == theme.WIDE else 6)
        assert {"0 of 12", "1 of 12", "half", "six if all twelve were scanned"} <= set(drawing.texts(chart))


def test_a_hundred_tiles_carry_the_number_harmed():
    still = charts.hundred_trials(imagined(), 640, choice=False)
    tiles = [row for row in drawing.rows(still) if "harmed" in row]
    assert len(tiles) == len({(row["x"], row["y"]) for row in tiles}) == 100
    assert sum(row["harmed"] == 0 for row in tiles) == 28
    assert drawing.title(still)[0] == "If one person in ten came to harm, 28 of 100 trials of twelve would see none"
    assert "params" not in still.to_dict()


def test_the_choice_of_a_rate_changes_title_and_tiles_together():
    for width in (theme.WIDE, theme.NARROW):
        chart = charts.hundred_trials(imagined(), width)
        spec = chart.to_dict()
        (param,) = spec["params"]
        assert (param["name"], param["value"], param["bind"]["options"]) == ("one_in", 10, [100, 10, 4])
        assert all(layer["transform"] == [{"filter": "datum.one_in == one_in"}] for layer in spec["layer"])
        findings = spec["title"]["text"]["expr"]
        for text in (
            '"100": ["If one person in 100 came to harm, 89 of',
            '"4": ["If one person in four came to harm, 3 of',
        ):
            assert text in findings
        assert len(drawing.texts(chart)) == len(drawing.texts(charts.hundred_trials(imagined(), width, choice=False)))
        assert "28 see nobody harmed" in spec["description"]


@pytest.mark.parametrize(
    ("one_in", "people", "words"),
    [
        (100000, 12, "nearly all trials of twelve would see none"),
        (4, 40, "hardly any of 100 trials of 40 would see none"),
    ],
)
def test_titles_at_the_edges(one_in, people, words):
    chart = charts.hundred_trials(imagined([one_in], people), 640, shown=one_in, choice=False)
    assert drawing.title(chart)[0].endswith(words)


@pytest.mark.parametrize("width", [theme.WIDE, theme.NARROW])
def test_every_event_is_one_square_and_empty_doses_stay(width):
    table = events()
    chart = charts.forty_four_events(table, width)
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
    assert "D: 0" in drawing.texts(charts.forty_four_events(table[table.events > 0], 340))


def test_no_serious_event_leaves_no_heavy_frame_but_its_zero():
    chart = charts.forty_four_events(events(serious=0), 640)
    assert "serious: 0" in drawing.texts(chart)


@pytest.mark.parametrize("width", [theme.WIDE, theme.NARROW])
def test_events_by_dose_prints_every_count(width):
    chart = charts.events_by_dose(events(), width)
    squares = [row for row in drawing.rows(chart) if "cohort" in row]
    assert len(squares) == 16
    cells = [row["text"] for row in drawing.rows(chart) if row.get("text", "x").isdigit()]
    assert cells == ["2", "4", "1", "4", "1", "3", "0", "1"]
    assert "A 6, B 5, C 4 and D 1" in chart.to_dict()["description"]


def test_forests_draw_every_row_and_flag_the_pooled_one():
    table = counted((0, 15), (0, 6)).assign(pooled=[False, True], this_trial=[True, False])
    shapes = [mark.get("shape") for mark in drawing.marks(charts.k_of_n(table, 640)) if mark["type"] == "point"]
    assert sorted(shapes) == ["circle", "diamond"]
    assert {"0 of 15", "0% to 22%"} <= set(drawing.texts(charts.k_of_n(table, 340)))
    found = drawing.texts(charts.interval_methods(methods(), 640))
    assert found.count("serves only counts of none") == 2
    assert {"0% to 26%", "0.2% to 38%", "Wilson", "Mid-P"} <= set(found)


def test_the_axis_is_labelled_with_its_own_values():
    found = drawing.texts(charts.k_of_n(counted((4, 6), (9, 27)), 640))
    assert {"0", "25", "50", "75", "100"} <= set(found)


def test_limits_below_zero_are_cut_and_no_method_is_left_out():
    chart, table = charts.interval_methods(methods(), 640), methods()
    assert table.lower.min() < 0
    lines, spots = ([row for row in drawing.rows(chart) if name in row] for name in ("upper_x", "zero_x"))
    assert len(lines) == len(spots) == len(table)
    zero = sorted({row["zero_x"] for row in spots})
    assert all(min(abs(row["lower_x"] - start) for start in zero) < 20 and row["lower_x"] >= zero[0] for row in lines)


def test_curves_hold_the_numbers_of_their_tables():
    rates = {row["people"]: row["rate"] for row in drawing.rows(charts.rules_out(ruled_out(), 640)) if "people" in row}
    assert rates[12] == pytest.approx(1 - 0.05 ** (1 / 12))
    rows = drawing.rows(charts.none_seen(unseen(), 640))
    assert any(row.get("text") == "10% harmed: 28 of 100" for row in rows)
    assert {row["people"] for row in rows if "people" in row} == {3, 12, 100}


def test_dates_stand_where_they_belong():
    chart = charts.timeline(dates(), 640)
    spots = {row["ink"]: row["at"] for row in drawing.rows(chart) if row.get("ink") == "harm"}
    own = [row["at"] for row in drawing.rows(chart) if row.get("ink") == "stems"]
    assert spots["harm"] < min(own) and len(own) == 2
    order = [text for text in drawing.texts(chart) if text.endswith(".")]
    assert order.index("It starts.") < order.index("The paper appears.")


def test_none_chosen_holds_every_position_of_its_sliders():
    table = tables.chosen_sizes([3, 6, 9, 12], [0.9, 0.95], range(0, 51, 10))
    wide, _ = drawing.check(charts.none_chosen, table, people=12, confidence=95)
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
    rates = tables.rates_by_window(load.adverse_events(), 12, 0.95, 4)
    assert rates.years.round(4).tolist() == [round(12 * days / 365.25, 4) for days in (14, 658, 672)]
    assert rates.events.tolist() == [10, 34, 44]
    # Garwood's limits for ten events are 4.80 and 18.39
    assert (rates.lower * rates.years).iloc[0] == pytest.approx(4.795, abs=0.005)
    assert (rates.upper * rates.years).iloc[0] == pytest.approx(18.39, abs=0.005)
    assert (rates.upper_bunched > rates.upper).all()


def test_late_harm_needs_are_the_rule_of_three_a_year():
    table = tables.late_harm_needs([0.01, 0.001], [2, 5], 0.95)
    assert table["Person-years without a case"].tolist() == ["300", "2,996"]
    assert table["People for two years"].tolist() == ["150", "1,498"]
