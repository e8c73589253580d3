"""Layouts of charts: what a family of them holds for any table, and that no chapter lays out by itself."""

import ast

import pandas as pd
import pytest

from tests import drawing
from tests.chapters import NOTEBOOKS
from trial.charts import curves, marks, panels, rows, theme, units
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
        "hue": [theme.INK, theme.INK, theme.SEEN],
    }
)
FOREST = (
    rows.upright(),
    rows.line("low", "value", "hue"),
    rows.dot("value", "hue"),
    rows.margin(),
    rows.bracket("value", "no number", theme.SEEN),
)


def forest(table, width):
    drawn = rows.rows(table, FOREST, width, [0, 100], "Share, %", [("circle", theme.INK, "a share")])
    return figure(drawn, "A finding", "What a mark is.", "A forest.", width)


@pytest.fixture(scope="module")
def forests():
    return drawing.check(forest, ENTRIES)


def of(chart, *columns):
    return [row for row in drawing.rows(chart) if set(row) == set(columns)]


def test_rows_draw_what_is_known_and_bracket_what_is_not(forests):
    for chart in forests:
        assert [row["value"] for row in of(chart, "value", "hue", "row")] == [20, 100]
        assert [row["low"] for row in of(chart, "low", "value", "hue", "row")] == [10]
        texts = drawing.texts(chart)
        assert [texts.count(word) for word in ("First", "Second", "[", "]", "no number", "a share")] == [1] * 6


def test_rows_leave_each_entry_its_own_lines(forests):
    for chart in forests:
        names, notes = of(chart, "name", "name_row"), of(chart, "note", "note_row")
        for name, note, after in zip(names, notes, [*names[1:], None], strict=True):
            foot = name["name_row"] + theme.LINE * (1 + name["name"].count("\n"))
            assert note["note_row"] == foot
            assert after is None or after["name_row"] >= foot + theme.LINE * bool(note["note"])
        heads = of(chart, "head", "head_row")
        assert [row["head"] for row in heads] == ["First", "Second"]
        assert heads[1]["head_row"] >= notes[1]["note_row"] + theme.LINE


LOW, HIGH = ("low", "circle", theme.INK, theme.DOT), ("high", "diamond", theme.INK, theme.SMALL_DOT)


def pairs(table, width):
    drawn = rows.rows(table, [rows.dumbbell(LOW, HIGH)], width, [0, 100], "Share, %")
    return figure(drawn, "A finding", "What a mark is.", "Dumbbells.", width)


@pytest.mark.parametrize("letters", [3, 60])
def test_marks_of_a_pair_never_touch_and_start_where_the_names_end(letters):
    """Pairs at no distance, at one that is seen, near either end; the plot begins within a gap of the longest name."""
    ends = {"low": [0.1, 0.9, 0, 45, 99.9, 100], "high": [0.2, 2.6, 9, 55, 100, 100]}
    words = {"name": ["x" * letters] * 6, "lead": "99%", "text": "100%"}
    for chart in drawing.check(pairs, pd.DataFrame(ends | words)):
        wide = theme.wide(drawing.viewbox_width(chart))
        low, high = (of(chart, *names) for names in (("low", "upper"), ("high", "lower")))
        left, right = drawing.spec_of(chart)["layer"][1]["encoding"]["x"]["scale"]["range"]
        radii = (theme.DOT**0.5 + theme.SMALL_DOT**0.5) / 2
        for one, other in zip(low, high, strict=True):
            across = (other["high"] - one["low"]) / 100 * (right - left)
            assert (across**2 + (other["lower"] - one["upper"]) ** 2) ** 0.5 > radii
        names = min(theme.BOLD_ROOM * letters, theme.NAMES * theme.WIDE) if wide else 0
        assert left <= names + 3 * theme.BOLD_ROOM + 5 * theme.GAP


@pytest.mark.parametrize("width", [theme.NARROW, theme.WIDE])
def test_heads_fold_where_they_would_leave_the_drawing_and_no_rule_runs_through_them(width):
    """The line at nought stops before each head; a head over the marks leaves no room for a grid."""
    long = ENTRIES.assign(head=["A head as long as no phone is wide, " * 2] * 2 + ["Second"])
    drawn = rows.rows(long, FOREST, width, [0, 100], "Share, %", grid=True)
    heads, spans = of(drawn, "head", "head_row"), of(drawn, "zero", "top", "foot")
    assert all(rows.HEAD_ROOM * len(line) <= width for row in heads for line in row["head"].split("\n"))
    middle = [row["head_row"] + theme.LINE / 2 for row in heads]
    assert spans and not [at for at in middle for span in spans if span["top"] < at < span["foot"]]
    assert '"grid": true' not in drawn.to_json()


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


def placed(layer, channel):
    return layer.to_dict()["encoding"][channel]["value"]


@pytest.mark.parametrize("values", [[10, 11, 12], [0, 0, 1], [99, 100, 100], [50]])
def test_names_at_the_ends_of_lines_stand_apart_and_within_the_plane(values):
    on = curves.plane(theme.WIDE, [0, 1], [0, 100], "Share", names=20)
    table = pd.DataFrame({"value": values, "text": ["two\nlines", *["one"] * (len(values) - 1)]})
    hues = {text: theme.INK for text in table.text}
    rows = [placed(layer, "y") for layer in curves.ends(table, "value", on, hues, "text")]
    ordered = table.sort_values("value", ascending=False, kind="stable").text
    for row, text, below in zip(rows, ordered, [*rows[1:], None], strict=True):
        assert below is None or below - row >= theme.LINE * (text.count("\n") + 1)
    assert rows[-1] <= on.foot and (len(values) > 2 or rows[0] == pytest.approx(on.row(values[0])))


def test_a_plane_places_its_ends_at_its_edges():
    on = curves.plane(theme.NARROW, [1, 1000], [0.001, 1], "People", log="xy", levels=[])
    assert [on.at(1), on.at(1000), on.row(0.001), on.row(1)] == pytest.approx([on.left, on.right, on.foot, on.top])
    assert on.at(31.62) == pytest.approx((on.left + on.right) / 2, abs=0.1)


def test_panels_leave_their_words_free():
    on = panels.stack(theme.NARROW, list("abc"), [0, 1], "Share", tall=50, lines=2)
    tops = [on.plane(panel).top for panel in "abc"]
    assert [on.plane(panel).foot - top for panel, top in zip("abc", tops, strict=True)] == [50] * 3
    assert all(below - foot >= 2 * theme.LINE for foot, below in zip(on.feet.values(), tops[1:], strict=False))
    piled = panels.piled(pd.DataFrame({"at": [1, 2, 1, 1]}), ["at"])
    assert piled.place.tolist() == [0, 0, 1, 2]


@pytest.mark.parametrize("width", [theme.WIDE, theme.NARROW])
def test_a_key_breaks_where_the_drawing_ends(width):
    swatches, height = units.key(["a name of some length"] * 5 + ["x"], width)
    for _, line in swatches.groupby("row"):
        ends = line.words_at + theme.LETTER_ROOM * line.text.str.len()
        assert ends.max() <= width and (line["at"].iloc[1:].to_numpy() > ends.iloc[:-1].to_numpy()).all()
    assert height == swatches.row.max() + theme.STEP and swatches.row.nunique() > 1


def test_lines_of_people_stand_under_the_name_of_their_group():
    people, heads, height = units.lines(pd.DataFrame({"cohort": list("aabbb")}))
    assert people.row.diff().dropna().tolist() == [theme.STEP, 2 * theme.STEP, theme.STEP, theme.STEP]
    assert (people.row.iloc[[0, 2]] - heads.row).tolist() == [theme.STEP] * 2 and height > people.row.max()


def test_a_mark_for_some_rows_carries_what_its_test_reads():
    table = pd.DataFrame({"at": [1, 2], "rate": [5, 10], "other": [0, 0]})
    x, y = units.canvas(10, 10)
    made = marks.where("datum.rate == chosen", marks.dots, table, x("at"), y("at")).to_dict()
    assert made["transform"] == [{"filter": "datum.rate == chosen"}]
    assert list(made["datasets"].values()) == [[{"at": 1, "rate": 5}, {"at": 2, "rate": 10}]]
