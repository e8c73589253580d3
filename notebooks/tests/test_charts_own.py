"""The drawings of chapter 07: their rules, their titles by rule, at the edges of what files may hold."""

import pandas as pd
import pytest

from tests import drawing
from trial import charts

LONG = "a name of a cohort that is far too long to stand on a drawing"


def timeline(*rows):
    return pd.DataFrame(rows, columns=["cohort", "number", "day", "sort"])


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        (
            [("a", 1, 3, "serious"), ("b", 1, 9, "other")],
            "2 of 2 people had an event with a known day, one a serious one",
        ),
        (
            [("a", 1, 3, "other"), ("b", 1, None, None)],
            "1 of 2 people had an event with a known day, none a serious one",
        ),
        ([("a", 1, None, None)], "None of 1 people had an event with a known day, none a serious one"),
        (
            [(LONG, 1, -400, "severe"), (LONG, 2, 4000, "other")],
            "2 of 2 people had an event with a known day, none a serious one",
        ),
    ],
)
def test_timeline(rows, finding):
    made = drawing.check(charts.own_timeline, timeline(*rows), simulated=False, emergent=True)
    assert [drawing.title(chart)[0] for chart in made] == [finding] * 2
    (simulated, _) = drawing.check(charts.own_timeline, timeline(*rows), simulated=True, emergent=False)
    assert drawing.title(simulated)[0].startswith("In this simulated trial, ")
    assert "all events" in drawing.title(simulated)[1] and "Simulated" in simulated.to_dict()["description"]


def test_timeline_places_each_event_on_the_line_of_its_person():
    (chart, _) = drawing.check(charts.own_timeline, timeline(("a", 1, 0, "other"), ("a", 2, 10, "serious"), ("a", 2, 5, "other")), simulated=True, emergent=True)  # fmt: skip
    marks = [row for row in drawing.rows(chart) if set(row) == {"at", "row"}]
    assert sorted(marks, key=lambda row: row["at"])[0]["row"] < max(row["row"] for row in marks)
    assert {"other", "severe", "serious", "day of the trial"} <= set(drawing.texts(chart))


def lines(parameters=1, cohorts=("a", "b"), change=1.0):
    return pd.DataFrame(
        [
            {"parameter": f"{LONG} {p}", "visit": f"Week {place}" if place else "Baseline", "place": place, "cohort": cohort, "number": n, "change": place * change * (1 - 2 * (n == 2))}
            for p in range(parameters)
            for cohort in cohorts
            for n in (1, 2)
            for place in (0, 1, 2)
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    "table",
    [
        lines(),
        lines(4, [f"cohort {n}" for n in range(12)]),
        lines(1, ("one",), 1e-6),
        lines(1, ("one",), 0.0),
        lines(1, (LONG,), 1e7),
    ],
)
def test_lines_fit_whatever_the_files_hold(table):
    wide, _ = drawing.check(charts.own_lines, table, cohorts=list(dict.fromkeys(table.cohort)), simulated=True)
    assert "simulated" in drawing.title(wide)[0]
    assert {"Baseline", "Week 2"} <= set(drawing.texts(wide))


def test_lines_count_who_fell_and_rose():
    wide, _ = drawing.check(charts.own_lines, lines(), cohorts=["a", "b"], simulated=False)
    assert drawing.title(wide)[0].endswith("fell in 2 and rose in 2 of 4 by the last visit drawn")


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        ([("m", "a", 1, 1.0), ("m", "a", 2, 3.0)], "M changed by 2 on average, in one cohort"),
        ([("m", "a", 1, 1.0), ("m", "b", 1, 3.0)], "M: mean change from 1 to 3 by cohort, some cohorts do not overlap"),
        (
            [("m", "a", 1, 1.0), ("m", "a", 2, 4.0), ("m", "b", 1, 3.0)],
            "M: mean change from 2.5 to 3 by cohort, all cohorts overlap",
        ),
    ],
)
def test_values(rows, finding):
    table = pd.DataFrame(rows, columns=["parameter", "cohort", "number", "change"])
    made = drawing.check(charts.own_values, table, cohorts=["a", "b", "c"], visit="Week 24", simulated=False)
    assert [drawing.title(chart)[0] for chart in made] == [finding] * 2
    drawn = [row for row in drawing.rows(made[0]) if set(row) == {"at", "row", "cohort"}]
    assert len(drawn) == len(table), "every person is a dot"
    assert "c: 0" in drawing.texts(made[0]), "a cohort without people keeps its row, and the others their colours"


def panel(*rows):
    return pd.DataFrame(rows, columns=["parameter", "sds", "p_value", "holm", "bh"])


@pytest.mark.parametrize(
    ("table", "finding"),
    [
        (panel(("a", 1.2, 0.001, True, True), (LONG, -0.1, 0.9, False, False)), "1 of 2 measures moved beyond 0.05 one by one, 1 after correction for looking at all"),
        (panel(("a", 0.0, 1.0, False, False)), "0 of 1 measures moved beyond 0.05 one by one, 0 after correction for looking at all"),
        (panel((LONG, 9.0, 1e-12, True, True), (LONG + "!", -9.0, 1e-12, True, True)), "2 of 2 measures moved beyond 0.05 one by one, 2 after correction for looking at all"),
    ],
)  # fmt: skip
def test_volcano(table, finding):
    made = drawing.check(charts.own_volcano, table, alpha=0.05, simulated=False)
    assert [drawing.title(chart)[0] for chart in made] == [finding] * 2
    assert "p = 0.05" in drawing.texts(made[0])
