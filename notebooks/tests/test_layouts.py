"""Layouts of charts: what a family of them holds for any table, and that no chapter lays out by itself."""

import ast

import pandas as pd
import pytest

from tests import drawing
from tests.chapters import NOTEBOOKS
from trial.charts import rows, theme
from trial.charts.figure import figure, radio

SIZES = {"dx", "dy", "fontSize", "height", "lineHeight", "offset", "padding", "size", "strokeWidth", "thick", "width"}


def laid_out_by_hand(source):
    """Functions that type a size in pixels (a number above two), or ask themselves whether a figure is wide."""
    for function in ast.walk(ast.parse(source)):
        for node in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
            typed = isinstance(node, ast.keyword) and node.arg in SIZES and sized(node.value)
            asked = isinstance(node, ast.Compare) and ast.unparse(node.left) == "width"
            chosen = isinstance(node, ast.IfExp) and ast.unparse(node.test) == "wide" and sized(node)
            if typed or asked or chosen:
                yield function.name


def sized(node):
    numbers = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
    return any(isinstance(value, int | float) and abs(value) > 2 for value in numbers)


def modules():
    return [path for path in (NOTEBOOKS / "trial/charts").glob("*.py") if path.stem not in ("theme", "marks")]


@pytest.mark.parametrize("path", sorted(modules()), ids=lambda path: path.stem)
def test_sizes_stand_in_the_theme(path):
    assert not set(laid_out_by_hand(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("line", "by_hand"),
    [
        ("label(table, dx=7)", True),
        ("label(table, dx=-7 if first else 0)", True),
        ("wide = width >= 500", True),
        ("left = 34 if wide else small", True),
        ("label(table, dx=2 * theme.GAP, values=[0, 25])", False),
        ("text = long if wide else short", False),
    ],
)
def test_what_counts_as_laid_out_by_hand(line, by_hand):
    assert bool(list(laid_out_by_hand(f"def draw(table, width):\n    {line}"))) == by_hand


ENTRIES = pd.DataFrame(
    {
        "head": ["First", "First", "Second"],
        "name": ["one", "a long name, " * 8 + "on several lines", "three"],
        "note": ["", "said of the second", "said of the third"],
        "low": [10.0, 20.0, None],
        "value": [20.0, None, 100.0],
        "text": ["20%", "not known", "100%"],
        "hue": [theme.INK, theme.INK, theme.CAUTION],
    }
)
FOREST = (
    rows.upright(),
    rows.line("low", "value", "hue"),
    rows.dot("value", "hue"),
    rows.margin(),
    rows.bracket("value", "no number", theme.CAUTION),
)


def forest(table, width):
    drawn = rows.rows(table, FOREST, width, [0, 100], "Share, %", [("circle", theme.INK, "a share")])
    return figure(drawn, "A finding", "What a mark is.", "A forest.", width)


def of(chart, *columns):
    return [row for row in drawing.rows(chart) if set(row) == set(columns)]


def test_rows_draw_what_is_known_and_bracket_what_is_not():
    for chart in drawing.check(forest, ENTRIES):
        assert [row["value"] for row in of(chart, "value", "hue", "row")] == [20, 100]
        assert [row["low"] for row in of(chart, "low", "value", "hue", "row")] == [10]
        texts = drawing.texts(chart)
        assert [texts.count(word) for word in ("First", "Second", "[", "]", "no number", "a share")] == [1] * 6


def test_rows_leave_each_entry_its_own_lines():
    for chart in drawing.check(forest, ENTRIES):
        names, notes = of(chart, "name", "name_row"), of(chart, "note", "note_row")
        for name, note, after in zip(names, notes, [*names[1:], None], strict=True):
            foot = name["name_row"] + theme.LINE * (1 + name["name"].count("\n"))
            assert note["note_row"] == foot
            assert after is None or after["name_row"] >= foot + theme.LINE * bool(note["note"])
        heads = of(chart, "head", "head_row")
        assert [row["head"] for row in heads] == ["First", "Second"]
        assert heads[1]["head_row"] >= notes[1]["note_row"] + theme.LINE


def test_a_finding_follows_the_choice_of_the_reader():
    one = rows.rows(ENTRIES, FOREST, theme.NARROW, [0, 100], "Share, %")
    choice = radio("seen", "People seen", [3, 12], 12)
    made = figure(
        one, {3: 'Of "three"', 12: "Of twelve"}, ["One.", "Two."], "A forest.", theme.NARROW, controls=[choice]
    )
    spec = drawing.spec_of(made)
    assert spec["title"]["text"] == {"expr": '({"3": ["Of \\"three\\""], "12": ["Of twelve"]})[seen]'}
    assert spec["title"]["subtitle"] == ["One.", "Two."]
    (param,) = spec["params"]
    assert param["value"] == 12 and param["bind"]["options"] == [3, 12] and param["bind"]["labels"] == ["3 ", "12 "]
