"""Cells of the CSV files we write: text that a spreadsheet would run as a formula stands behind an apostrophe.

The rule is OWASP's for CSV injection, widened to leading blanks, since some programs cut them off. Numbers stay as they
are, and so does a text that is a number. `rows` and `unescaped` take the apostrophe off again.
"""

import csv
import io
import re

# Apostrophes in front are counted in, so that a text that came with one of its own is read back with it.
FORMULA = re.compile(r"'*(?:[\t\r\n\0]|\s*[=+\-@＝＋－＠])")
NUMBER = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|nan)", flags=re.IGNORECASE | re.ASCII)
CRLF = "\r\n"


def escaped(cell):
    """A cell as it is written."""
    formula = isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell)
    return f"'{cell}" if formula else cell


def unescaped(text):
    """A cell as it was before it was written."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def text(rows):
    """Lists of cells as CSV, one newline a row."""
    out = io.StringIO()
    csv.writer(out, lineterminator=CRLF).writerows([escaped(cell) for cell in row] for row in rows)
    # A writer quotes only what holds a sign of its own line ends: with "\n" alone a return in a cell would begin a row.
    return re.sub(r'("(?:[^"]|"")*")|\r\n', lambda found: found[1] or "\n", out.getvalue())


def rows(path):
    """The rows of a CSV file written here, each a dict of its cells as they were meant."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{unescaped(name): unescaped(cell) for name, cell in row.items()} for row in csv.DictReader(file)]


def lines(text):
    """The rows of a CSV text written here, each a list of its cells as they are written."""
    return csv.reader(io.StringIO(text, newline=""))
