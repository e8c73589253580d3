"""Cells of the CSV files we write: text that a spreadsheet would run as a formula stands behind an apostrophe.

The rule is OWASP's for CSV injection, widened to leading blanks, since some programs cut them off. Numbers stay as they
are, and so does a text that is a number. `rows` and `as_meant` take the apostrophe off again.
"""

import csv
import io
import re

import pandas

# Apostrophes in front are counted in, so that a text that came with one of its own is read back with it.
FORMULA = re.compile(r"'*(?:[\t\r\n\0]|\s*[=+\-@＝＋－＠])")
NUMBER = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|nan)", flags=re.IGNORECASE | re.ASCII)
CRLF = "\r\n"


def harmless(cell):
    """A cell as it is written."""
    formula = isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell)
    return f"'{cell}" if formula else cell


def as_meant(text):
    """A cell as it was before it was written."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def text(rows):
    """Lists of cells as CSV, one newline a row."""
    out = io.StringIO()
    csv.writer(out, lineterminator=CRLF).writerows([harmless(cell) for cell in row] for row in rows)
    return _one_newline_a_row(out.getvalue())


def text_of_frame(frame, float_format):
    """A frame without its index as CSV, one newline a row; `float_format` as in pandas.DataFrame.to_csv."""
    text = frame.select_dtypes(exclude=["number", "bool", "datetime"])
    # A list, since Series.map would turn a column of whole numbers and gaps into one of decimal numbers.
    made = {column: pandas.Series(map(harmless, text[column]), text.index, object) for column in text}
    written = frame.assign(**made).rename(columns=harmless)
    return _one_newline_a_row(written.to_csv(index=False, lineterminator=CRLF, float_format=float_format))


def _one_newline_a_row(text):
    # A writer quotes only what holds a sign of its own line ends: with "\n" alone a return in a cell would begin a row.
    return re.sub(r'("(?:[^"]|"")*")|\r\n', lambda found: found[1] or "\n", text)


def rows(path):
    """The rows of a CSV file written here, each a dict of its cells as they were meant."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{as_meant(name): as_meant(cell) for name, cell in row.items()} for row in csv.DictReader(file)]


def lines(text):
    """The rows of a CSV text written here, each a list of its cells as they are written."""
    return csv.reader(io.StringIO(text, newline=""))
