"""No cell of a CSV file that we write is run as a formula by a spreadsheet, and our own readers give back what was meant."""

import ast
import csv
import io
import math

import pandas
import pytest

from reporting import accept, build, configuration, csv_cells, page, places, records, request, sweep

STARTS = ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\r=1", "\n=1", " =1", "\u00a0@x", "＝1"]
NAMES = [*STARTS, "'=1", "''-x", '= ,"1"']
HARMLESS = ["Headache", "'tis", "", "a=b", "−0.5", "2026-01-02", " x", "e-mail@x", "cohort A; =1", "x\r=1", "x\n=1"]
NUMBERS = ["-0.584", "+3", "-1e-05", "-.5", "-inf", "7"]


def _would_run(text):
    # What OWASP lists, and blanks in front that some programs cut off; a number is no formula.
    risky = text[:1] in "\t\r\n" or text.lstrip()[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    try:
        float(text)
        return False
    except ValueError:
        return bool(text) and risky


def opened(text):
    """The cells of a CSV file, row by row, none of which a spreadsheet would run."""
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert len(found) > 1 and not [cell for row in found for cell in row if _would_run(cell)]
    return found


@pytest.mark.parametrize("text", [*NAMES, *HARMLESS, *NUMBERS])
def test_a_cell_is_harmless_and_comes_back(text):
    made = csv_cells.escaped(text)
    assert not _would_run(made) and csv_cells.unescaped(made) == text
    assert (made == text) == (text not in NAMES), "nothing else is touched"


@pytest.mark.parametrize("number", [-2.5, -3, 0, -math.inf, None, True])
def test_a_number_stays_a_number(number):
    assert csv_cells.escaped(number) is number


def test_results_are_harmless_and_read_back(tmp_path):
    texts = [*NAMES, *HARMLESS, *NUMBERS]
    kept = ("name", "unit", "method")
    rows = [
        {"chapter": "01_a", **dict.fromkeys(kept, text), "value": -0.584, "lower": -1.0, "upper": None}
        for text in texts
    ]
    path = tmp_path / "results.csv"
    path.write_text(records.text(rows), encoding="utf-8", newline="")
    assert "-0.584" in {row[2] for row in opened(records.text(rows))}
    back = records.read(path).reset_index()
    assert [list(back[column]) for column in kept] == [sorted(texts)] * 3
    assert set(back["value"]) == {-0.584} and set(back["lower"]) == {-1.0}


def test_changes_are_harmless_and_read_back(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "REPORTS", tmp_path)
    accept._append_changes("=why", [("01_a", name, "-1 (-2 to -0.5)", "-3") for name in NAMES])
    accept._append_changes("-x", [])
    lines = opened((tmp_path / "changes.csv").read_bytes().decode())
    assert [lines[1][5], lines[1][4]] == ["-3", "'-1 (-2 to -0.5)"]
    assert [entry["why"] for entry in build.log_of_changes()] == ["=why", "-x"]
    back = csv_cells.rows(tmp_path / "changes.csv")
    assert [row["name"] for row in back] == [*NAMES, ""] and back[0]["old"] == "-1 (-2 to -0.5)"


def test_the_table_of_a_sweep_is_harmless(tmp_path):
    asked = request.Request({"own_trial": "=cmd()", "atrophy_mean": -0.5}, (), "many/one")
    frame = sweep.gathered([("one", "chapter,name,value,lower,upper,unit,method\n01_a,'=x,-1.5,,,,\n")])
    parts = {part: sweep.wide(frame, part) for part in records.NUMBERS}
    sweep.write_table(tmp_path / "table.csv", [(asked, None)], ["own_trial", "atrophy_mean"], parts, ["=x"])
    head, row = opened((tmp_path / "table.csv").read_text())
    assert head[-1] == "'=x" and row == ["one", "done", "'=cmd()", "-0.5", "-1.5"]


def test_a_table_handed_out_is_harmless(monkeypatch):
    said = []
    monkeypatch.setattr(page, "publish_display_data", said.append)
    frame = pandas.DataFrame({"term": NAMES, "change": -0.584, "=head": "x"})
    frame["people"] = pandas.array([-1, None, *[3] * (len(NAMES) - 2)], dtype="Int64")
    frame["mixed"] = pandas.Series([-4, None, -0.5, "=1", *["-2"] * (len(NAMES) - 4)], dtype=object)
    frame["group"] = pandas.Categorical(["=a", *["b"] * (len(NAMES) - 1)])
    page.hand_out("own_x", frame)
    text = said[0][records.TABLE_MIME]["own_x"]
    lines = opened(text)
    assert lines[0] == ["term", "change", "'=head", "people", "mixed", "group"]
    assert [line[1:] for line in lines[1:4]] == [
        ["-0.584", "x", "-1", "-4", "'=a"], ["-0.584", "x", "", "", "b"], ["-0.584", "x", "3", "-0.5", "b"]
    ]  # fmt: skip
    assert [csv_cells.unescaped(line[0]) for line in lines[1:]] == NAMES
    assert list(frame["term"]) == NAMES, "the frame of the chapter stays as it was"


def test_every_csv_file_goes_through_this_door():
    for path in sorted((configuration.NOTEBOOKS / "reporting").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        names = {alias.name for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Import) for alias in n.names}
        assert "csv" not in names or path.stem == "csv_cells", f"{path.name} writes or reads CSV past it"
        assert "to_csv" not in source or path.stem == "csv_cells", f"{path.name} writes a frame past it"


def test_the_browser_goes_by_the_same_rule():
    script = (configuration.ROOT / "reports" / "template" / "report.js").read_text(encoding="utf-8")
    rules = (csv_cells.FORMULA.pattern, csv_cells.NUMBER.pattern)
    told = [text.replace("(?:", "(").replace("\\-", "-") for text in rules]
    script = script.replace("(?:", "(").replace("\\-", "-")
    assert all(text in script for text in told) and "quoted(harmless(text" in script


def test_the_files_of_data_hold_no_formula():
    for path in sorted((configuration.ROOT / "data").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            assert not [cell for row in csv.reader(file) for cell in row if _would_run(cell)], path.name
