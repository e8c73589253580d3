"""All tables that a chapter kept, as one workbook: a sheet a table, numbers as numbers, and what each rests on above it.

The same tables give the same bytes: a workbook is a zip of files that name the time, and here both say the same day always.
"""

import io
import math
import re
import zipfile
from pathlib import Path

import pandas

from reporting import digits, mime, tables

MIME = "application/vnd.literate-report.sheet+json"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can name
LONGEST_NAME = 31  # letters of the name of a sheet
CONTENTS = "Contents"
UNWRITABLE = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f]")  # signs that no workbook can hold
UNSAID = {"hidden", "decimals", "gaps"}  # fields that only say how a cell is written


def sheet(name, caption, frame, columns, about, numbers):
    """A table as it is kept: name, caption, about (label to text), heads, and rows of numbers and texts.

    Columns as in `tables.formatted`. With `numbers` a head of one field that is a number holds it, and a head of several has a
    column for each of them; without, every cell reads as on the page, and only what is a plain number there is one here.
    """
    made = _read(frame, columns) if not numbers or columns is None else _counted(frame, columns)
    rows = [[_value(value) for value in row] for row in made.astype(object).itertuples(index=False, name=None)]
    return {"name": name, "caption": caption, "about": about, "heads": [str(head) for head in made], "rows": rows}


def _read(frame, columns):
    shown = frame if columns is None else tables.formatted(frame, columns)
    return pandas.DataFrame({head: [_number(value) for value in shown[head]] for head in shown}, dtype=object)


def _number(text):
    """A plain number as it stands on a page (such as 1,234 or −0.5) as one; any other text as it is."""
    plain = str(text).replace(",", "").replace("\N{MINUS SIGN}", "-")
    return float(plain) if isinstance(text, str) and re.fullmatch(r"-?\d+(\.\d+)?", plain) else text


def _counted(frame, columns):
    made = {}
    shown = tables.formatted(frame, columns)
    for head, what in columns.items():
        fields = (
            what[0] if isinstance(what, tuple) and isinstance(what[0], tuple) and what[0] not in set(frame) else None
        )
        if fields is None:
            field = what[0] if isinstance(what, tuple) else what
            numeric = pandas.api.types.is_numeric_dtype(frame[field]) and not pandas.api.types.is_bool_dtype(
                frame[field]
            )
            made[head] = frame[field].tolist() if numeric else shown[head].tolist()
            continue
        parts = [field for field in fields if _plainly(field) not in UNSAID]
        numeric = [
            field for field in parts if all(map(_is_number, frame[field].dropna())) and frame[field].notna().any()
        ]
        if numeric != parts:
            made[head] = shown[head].tolist()  # words among them: first as it reads
        for field in numeric:
            made[f"{head}: {_plainly(field)}"] = frame[field].tolist()
    return pandas.DataFrame(made, dtype=object)


def _plainly(field):
    return str(field[0] if isinstance(field, tuple) else field).replace("_", " ")


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool) or pandas.api.types.is_number(value)


def _value(value):
    if value is None or (not isinstance(value, str) and pandas.isna(value)):
        return None
    if isinstance(value, bool) or not _is_number(value):
        return "yes" if value is True else "no" if value is False else str(value)
    whole = float(value)
    if not math.isfinite(whole):
        return str(value)
    return int(whole) if whole == int(whole) else digits.rounded(whole, 9)


def write(path, notebook):
    """Writes what a notebook kept as a workbook; nothing where it kept nothing."""
    kept = mime.of_notebook(notebook, MIME)
    if kept:
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_bytes(of_sheets(kept))


def of_sheets(kept):
    """The bytes of a workbook with these sheets and one that lists them."""
    import openpyxl  # late: only a rerun writes workbooks

    book = openpyxl.Workbook()
    contents, names = book.active, {CONTENTS.casefold()}
    contents.title = CONTENTS
    labels = list(dict.fromkeys(label for one in kept for label in one["about"]))
    _row(contents, ["Sheet", "Table", *labels], bold=True)
    for one in kept:
        name = _named(one["name"], names)
        page = book.create_sheet(name)
        _row(contents, [name, one["caption"], *(one["about"].get(label, "") for label in labels)])
        _row(page, [one["caption"]], bold=True)
        for label, text in one["about"].items():
            _row(page, [label, text])
        _row(page, [])
        _row(page, one["heads"], bold=True)
        page.freeze_panes = f"A{page._current_row + 1}"
        for row in one["rows"]:
            _row(page, row)
        _widths(page, one)
    for column, width in zip("ABCDE", (24, 60, 40, 40, 20), strict=True):
        contents.column_dimensions[column].width = width
    raw = io.BytesIO()
    book.save(raw)
    return _timeless(raw.getvalue())


def _named(name, taken):
    """A name of a sheet that is short enough, allowed, and not there yet."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", name)[:LONGEST_NAME]
    made, number = plain, 1
    while made.casefold() in taken:
        number += 1
        made = f"{plain[: LONGEST_NAME - 3]} {number}"
    taken.add(made.casefold())
    return made


def _row(page, values, bold=False):
    place = page._current_row + 1  # which openpyxl's own append counts on with
    for column, value in enumerate(values, 1):
        cell = page.cell(row=place, column=column)
        if isinstance(value, str):
            cell.value = UNWRITABLE.sub("", value)
            cell.data_type = "s"  # a text that begins with = is a text
        else:
            cell.value = value
        if bold:
            cell.style = "Headline 4"
    page._current_row = place


def _widths(page, one):
    for place, head in enumerate(one["heads"]):
        longest = max([len(head), *(len(str(row[place])) for row in one["rows"] if row[place] is not None)])
        letter = page.cell(row=1, column=place + 1).column_letter
        page.column_dimensions[letter].width = min(max(longest + 2, 10), 60)


def _timeless(raw):
    """The zip with one day for every file in it, and for when the workbook was made."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            new.writestr(
                zipfile.ZipInfo(name, FIRST_DAY), content
            )  # not compressed: each library does that in its own way
    return made.getvalue()
