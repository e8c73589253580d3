"""The drawings of chapter 04: their rules, their titles by rule, and the numbers they carry."""

import pandas as pd
import pytest

from tests import drawing
from trial import charts, load, tables


@pytest.fixture
def moved():
    return tables.directions(load.biomarkers())


def test_directions_draw_every_row_once_and_keep_our_column_empty(moved):
    for chart in drawing.check(charts.directions, moved):
        drawn = [row for row in drawing.rows(chart) if set(row) == {"at", "row"}]
        assert len(drawn) == (moved.direction != "unchanged").sum()
        assert "none" in drawing.texts(chart) and "named" in drawing.texts(chart)
        assert set(moved.analyte) <= set(drawing.texts(chart))


@pytest.mark.parametrize(
    ("ways", "finding"),
    [
        ([("a", "X", "up"), ("a", "Y", "down")], "Other studies do not agree on which way a moved"),
        (
            [("a", "X", "up"), ("a", "Y", "changed"), ("b", "X", "up")],
            "One of 2 molecules moved in more than one study: a",
        ),
        ([("a", "X", "up"), ("b", "Y", "up")], "No molecule moved in more than one of these studies"),
        ([("a", "X", "up"), ("a", "Y", "unchanged")], "No molecule moved in more than one of these studies"),
    ],
)
def test_titles_of_directions(ways, finding):
    table = pd.DataFrame(ways, columns=["analyte", "trial", "direction"])
    assert [drawing.title(chart)[0] for chart in drawing.check(charts.directions, table)] == [finding] * 2


def test_smallest_p_carries_the_table():
    wide, narrow = drawing.check(charts.smallest_p, tables.floors(12), alpha=0.05, n_analytes=50)
    assert {"0.25", "0.00049", "0.031", "0.05: one molecule, named before"} <= set(drawing.texts(wide))
    assert "0.0010: one among 50" in drawing.texts(wide)
    assert {"0.25", "0.00049"} <= set(drawing.texts(narrow))
    assert "0.25 for three people to 0.00049 for twelve" in wide.to_dict()["description"]


@pytest.mark.parametrize(
    ("alpha", "n_analytes", "finding"),
    [
        (0.05, 50, "Three people could not tell any rise from luck; twelve could, even in one of 50 molecules"),
        (0.05, 500, "Three people could not tell any rise from luck; twelve could, but not in one of 500 molecules"),
        (0.0001, 1, "At this level neither three nor twelve people could tell a rise from luck"),
        (0.3, 1, "At this level even three people could tell a rise from luck"),
    ],
)
def test_titles_of_smallest_p(alpha, n_analytes, finding):
    made = drawing.check(charts.smallest_p, tables.floors(12), alpha=alpha, n_analytes=n_analytes)
    assert [drawing.title(chart)[0] for chart in made] == [finding] * 2
