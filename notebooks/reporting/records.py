"""Named results: how a chapter carries them, how they are gathered into one table, and which of them moved."""

import io
import json
import math
from pathlib import Path

import pandas

from reporting import cells

MIME = "application/vnd.literate-report.results+json"
TABLE_MIME = "application/vnd.literate-report.table+json"
TABLES = "tables"  # the folder beside the pages of a rerun
COLUMNS = ["chapter", "name", "value", "lower", "upper", "unit", "method"]
NUMBERS = ["value", "lower", "upper"]


def digits(method):
    """How many significant digits a result keeps: 8 where it is simulated or integrated, 12 where it is exact.

    >>> digits("Clopper-Pearson, two-sided"), digits("simulated, seed 7")
    (12, 8)
    """
    return 8 if any(word in method for word in ("simulated", "quadrature")) else 12


def checked(row):
    """A result with its numbers cut to the digits it is good for; ValueError where it cannot be one."""
    row = {"lower": None, "upper": None, "unit": "", "method": "", **row}
    unknown = set(row) - set(COLUMNS[1:])
    if unknown or not str(row["name"]).strip():
        raise ValueError(f"a result has a name, value, lower, upper, unit and method, not {sorted(unknown) or row}")
    for column in NUMBERS:
        value = row[column]
        if value is None or (isinstance(value, float) and math.isnan(value) and column != "value"):
            row[column] = None
        elif not math.isfinite(value):
            raise ValueError(f"the result {row['name']} has the {column} {value}; a recorded result is a finite number")
        else:
            row[column] = float(f"{float(value):.{digits(row['method'])}g}")
    return {column: row[column] for column in COLUMNS[1:]}


def of_notebook(name, notebook):
    """The records of one executed notebook (as nbformat holds it), each with its chapter."""
    return [
        {"chapter": name, **row}
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        for row in output.get("data", {}).get(MIME, {}).get("results", [])
    ]


def write_tables(folder, notebook):
    """Writes each table a chapter hands out to tables/<name>.csv in a folder."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            for name, made in output.get("data", {}).get(TABLE_MIME, {}).items():
                (Path(folder) / TABLES).mkdir(exist_ok=True)
                (Path(folder) / TABLES / f"{name}.csv").write_text(made, encoding="utf-8")


def text(rows):
    """The rows as the text of results.csv: sorted, one newline a row, numbers in shortest form."""
    ordered = sorted(rows, key=lambda row: (row["chapter"], row["name"]))
    return cells.text([COLUMNS, *([_shown(row[column]) for column in COLUMNS] for row in ordered)])


def _shown(value):
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else value


def read(path):
    """results.csv as a frame indexed by name."""
    read_as = {**dict.fromkeys(COLUMNS, cells.as_meant), **dict.fromkeys(NUMBERS, _number)}
    return pandas.read_csv(path, keep_default_na=False, converters=read_as).set_index("name")


def _number(text):
    return float(text) if text else math.nan


def of_references(folder):
    """The results stored in the executed notebooks of a folder, as a frame indexed by name."""
    rows = [
        row
        for path in sorted(Path(folder).glob("[0-9][0-9]_*.ipynb"))
        for row in of_notebook(path.stem, json.loads(path.read_text(encoding="utf-8")))
    ]
    return read(io.StringIO(text(rows)))


def tolerance(method):
    """The relative difference two runs may show: 1e-9 where a result is exact, 1e-6 where simulated or integrated.

    Exact results keep 12 digits and others 8, so that the last kept digits may differ between two processors.

    >>> tolerance("Clopper-Pearson, two-sided"), tolerance("normal prior, by quadrature")
    (1e-09, 1e-06)
    """
    return 1e-9 if digits(method) == 12 else 1e-6


def beyond_tolerance(old, new):
    """Whether two rows (None: absent) differ by more than `tolerance` in value or limits, or at all in words."""
    if old is None or new is None:
        return old is not new
    if any(old[column] != new[column] for column in ("unit", "method")):
        return True
    allowed = tolerance(new["method"])

    def apart(before, after):
        if before is None or after is None:
            return before is not after
        return not math.isclose(before, after, rel_tol=allowed, abs_tol=1e-15)

    return any(apart(old[column], new[column]) for column in NUMBERS)


def moved(old, new):
    """Results that differ between two lists of rows: (chapter, name, old text, new text), new ones and lost ones too."""
    before, after = ({(row["chapter"], row["name"]): row for row in rows} for rows in (old, new))

    def short(row):
        if row is None:
            return ""
        limits = f" ({_shown(row['lower'])} to {_shown(row['upper'])})" if row["lower"] is not None else ""
        return f"{_shown(row['value'])}{limits}"

    return [
        (*key, short(before.get(key)), short(after.get(key)))
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]
