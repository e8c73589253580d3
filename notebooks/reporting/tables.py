"""Frames to HTML tables: how a column reads is a head with a form, so that a frame stays numbers up to the page."""

import html
import re

import pandas

from reporting import digits

NUMBER = re.compile(r"[−\d.,%]+")


def as_text(value):
    """A value that is ready to be read; nothing for a missing one."""
    if value is None or (not isinstance(value, str) and pandas.isna(value)):
        return ""
    return str(digits.rounded(value, 9) if isinstance(value, float) else value)


def shown(frame, columns=None):
    """The frame as ready-made text, one column a head, in the order of `columns`; without them the frame as it is.

    `columns` maps a head to a column of the frame, or to a pair of column and form: what makes text of one value. A form
    of several values names their columns in a tuple. Where the (first) value is missing the cell is empty, or says what
    stands third.

    >>> runs = pandas.DataFrame({"rate": [0.1, None], "low": [0, 0], "high": [2, 3]})
    >>> heads = {"Rate": ("rate", "{:.0%}".format, "not read"), "Range": (("low", "high"), "{} to {}".format), "n": "low"}
    >>> shown(runs, heads).to_dict("list")
    {'Rate': ['10%', 'not read'], 'Range': ['0 to 2', '0 to 3'], 'n': ['0', '0']}
    """
    if columns is None:
        return frame.map(as_text)

    def cells(what):
        fields, form, *otherwise = what if isinstance(what, tuple) else (what, as_text)
        fields = fields if isinstance(fields, tuple) else (fields,)
        rows = zip(*(frame[field].tolist() for field in fields), strict=True)
        return [as_text(form(*row)) if as_text(row[0]) else "".join(otherwise) for row in rows]

    return pandas.DataFrame({head: cells(what) for head, what in columns.items()})


def markup(frame, made_here=()):
    """The HTML of a frame of ready-made text; its first column names the rows.

    Columns named in `made_here` hold HTML already. Columns of numbers stand to the right. On a phone each row may become a card, so
    every cell carries the name of its column, and so does a row's name that is but a number.
    """
    first, *others = frame.columns
    right = {column for column in others if _mostly_numbers(frame[column])}

    look = {column: ' class="numeric"' if column in right else "" for column in frame.columns}

    def cell(column, text):
        return f"<td {_label(column)}{look[column]}>{text if column in made_here else html.escape(text)}</td>"

    def head(column):
        return f'<th{look[column]} scope="col">{html.escape(column)}</th>'

    lines = ["<table>", "<thead>", "<tr>", *map(head, frame.columns), "</tr>", "</thead>", "<tbody>"]
    for name, *texts in frame.itertuples(index=False, name=None):
        label = f"{_label(first)} " if NUMBER.fullmatch(name) else ""
        name = name if first in made_here else html.escape(name)
        lines += ["<tr>", f'<th {label}scope="row">{name}</th>', *map(cell, others, texts), "</tr>"]
    return "\n".join([*lines, "</tbody>", "</table>"])


def _mostly_numbers(texts):
    said = [text for text in texts if text]
    return sum(bool(NUMBER.fullmatch(text)) for text in said) > len(said) / 2


def _label(column):
    return f'data-label="{html.escape(column if column.endswith("?") else f"{column}:", quote=True)}"'
