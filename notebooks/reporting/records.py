"""Named results: how a chapter carries them, how they are gathered into one table, and which of them moved."""

import io
import json
import math
from pathlib import Path

import pandas

from reporting import csv_cells, digits, mime

MIME = "application/vnd.literate-report.results+json"
TABLE_MIME = "application/vnd.literate-report.table+json"
TABLES = "tables"  # the folder beside the pages of a rerun
COLUMNS = ["chapter", "name", "value", "lower", "upper", "unit", "method"]
NUMBERS = ["value", "lower", "upper"]
EXACT, ROUGH = 9, 8  # significant digits of an exact result, and of one that is integrated or simulated
MONTE_CARLO = "Monte Carlo standard errors"  # a method that names them has limits that show them


def digits_kept(method):
    """How many significant digits a result keeps: 8 where it is integrated or simulated, 9 where it is exact.

    A simulated one with limits keeps fewer, see `checked`. What is exact about a simulated example stays exact.

    >>> digits_kept("Clopper-Pearson, two-sided"), digits_kept("simulated, seed 7"), digits_kept("simulated example; counted")
    (9, 8, 9)
    """
    return ROUGH if "quadrature" in method or MONTE_CARLO in method or "simulated," in method else EXACT


def checked(row):
    """A result with its numbers rounded to the digits it is good for; ValueError where it cannot be one.

    One whose limits are two Monte Carlo standard errors is told to the second digit of that error.
    """
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
            row[column] = float(value)
    place = _place_of_error(row) if MONTE_CARLO in row["method"] else None
    for column in NUMBERS:
        if row[column] is not None:
            value = digits.to_place(row[column], place) if place is not None else row[column]
            row[column] = float(digits.rounded(value, digits_kept(row["method"])))
    return {column: row[column] for column in COLUMNS[1:]}


def _place_of_error(row):
    if row["lower"] is None or row["upper"] is None:
        raise ValueError(f"the simulated result {row['name']} has no limits, so how well it is known cannot be told")
    error = max(row["upper"] - row["value"], row["value"] - row["lower"]) / 2
    return digits.two_digits_of(error) if error > 0 else None


def of_notebook(name, notebook):
    """The records of one executed notebook (as nbformat holds it), each with its chapter."""
    return [{"chapter": name, **row} for bundle in mime.of_notebook(notebook, MIME) for row in bundle["results"]]


def of_notebooks(notebooks):
    """The records of executed notebooks, name to notebook."""
    return [row for name, notebook in notebooks.items() for row in of_notebook(name, notebook)]


def write_tables(folder, notebook):
    """Writes each table a chapter hands out to tables/<name>.csv in a folder."""
    for bundle in mime.of_notebook(notebook, TABLE_MIME):
        for name, made in bundle.items():
            (Path(folder) / TABLES).mkdir(exist_ok=True)
            (Path(folder) / TABLES / f"{name}.csv").write_text(made, encoding="utf-8")


def text(rows):
    """The rows as the text of results.csv: sorted, one newline a row, numbers in shortest form."""
    ordered = sorted(rows, key=lambda row: (row["chapter"], row["name"]))
    return csv_cells.text([COLUMNS, *([as_text(row[column]) for column in COLUMNS] for row in ordered)])


def as_text(value):
    """A value as it is written: a number in shortest form, nothing for None."""
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else value


def read(path):
    """results.csv as a frame indexed by name."""
    numbers = dict.fromkeys(NUMBERS, lambda text: float(text or "nan"))
    read_as = dict.fromkeys(COLUMNS, csv_cells.unescaped) | numbers
    return pandas.read_csv(path, keep_default_na=False, converters=read_as).set_index("name")


def of_references(folder):
    """The results stored in the executed notebooks of a folder, as a frame indexed by name."""
    paths = sorted(Path(folder).glob("[0-9][0-9]_*.ipynb"))
    notebooks = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}
    return read(io.StringIO(text(of_notebooks(notebooks))))


def tolerance(method):
    """The relative difference two runs may show: one unit in the last digit that results of this kind keep."""
    return float(f"1e{1 - digits_kept(method)}")


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
    """Results that differ between two lists of rows: (chapter, name, old row, new row), None for one that is not there."""
    before, after = ({(row["chapter"], row["name"]): row for row in rows} for rows in (old, new))
    pairs = {key: (before.get(key), after.get(key)) for key in sorted({*before, *after})}
    return [(*key, was, now) for key, (was, now) in pairs.items() if was != now]


def short(row):
    """A row as "value (lower to upper)", "" where there is none."""
    if row is None:
        return ""
    limits = f" ({as_text(row['lower'])} to {as_text(row['upper'])})" if row["lower"] is not None else ""
    return f"{as_text(row['value'])}{limits}"
