"""Frames to HTML tables: how a column reads is a head with a form, so that a frame stays numbers up to the page."""

import html
import re

import pandas

from reporting import digits

NUMBER = re.compile(r"[−\d.,%]+")
MOST_COLUMNS = 5  # of a table that stays whole on a phone
LINES, LINES_OF_A_HEAD = 3, 5  # of one text in a cell, and of a head
BOLD, GAP = 1.15, 1  # letters that a letter of a head takes; letters between columns
LEDGER = '<table class="ledger" role="table">'
LETTERS_OF_A_PHONE, LETTERS_OF_A_COLUMN = 40, 66  # side by side in a window of 360 px, and in the column of text


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


def markup(frame, made_here=(), sortable=False):
    """The HTML of a frame of ready-made text; its first column names the rows, columns of numbers stand to the right.

    Columns named in `made_here` hold HTML already. A `sortable` table is one whose heads a reader may click on.
    """
    first, *others = frame.columns
    look = {column: ' class="numeric"' if _mostly_numbers(frame[column]) else "" for column in others} | {first: ""}

    def inside(column, text):
        return text if column in made_here else html.escape(text)

    def cell(column, text):
        return f"<td{look[column]}>{inside(column, text)}</td>"

    def head(column):
        return f'<th{look[column]} scope="col">{html.escape(column)}</th>'

    opening = '<table class="sortable">' if sortable else "<table>"
    lines = [opening, "<thead>", "<tr>", *map(head, frame.columns), "</tr>", "</thead>", "<tbody>"]
    for name, *texts in frame.itertuples(index=False, name=None):
        lines += ["<tr>", f'<th scope="row">{inside(first, name)}</th>', *map(cell, others, texts), "</tr>"]
    return "\n".join([*lines, "</tbody>", "</table>"])


def ledger(frame, why, made_here=()):
    """The HTML of a frame of ready-made text with one claim a row: its verdicts large, its reasons folded below it.

    The first column holds the claim. Up to the one named `why` stand verdicts, each in lines: a mark, the verdict, what is
    more of it. From `why` on all waits in the fold, a paragraph a column. Columns named in `made_here` hold HTML already.

    >>> line = {"Claim": ["It rose"], "Here": ["?\\nToo few\\n3 of 4"], "Because": ["Luck."]}
    >>> print(ledger(pandas.DataFrame(line), "Because").split("</thead>")[1])
    <BLANKLINE>
    <tbody role="rowgroup">
    <tr role="row"><th role="rowheader" scope="row">It rose</th><td role="cell"><b><span aria-hidden="true">?</span> Too few</b> 3 of 4</td></tr>
    <tr role="row"><td role="cell" class="why" colspan="2"><details class="reveal"><summary>Why</summary>
    <p><b>Because</b> Luck.</p></details></td></tr>
    </tbody></table>
    """
    first, *verdicts = frame.columns[: list(frame.columns).index(why)]
    reasons = list(frame.columns)[1 + len(verdicts) :]

    def verdict(text):
        mark, said, *more = map(html.escape, text.split("\n"))
        shown = f'<b><span aria-hidden="true">{mark}</span> {said}</b> {" ".join(more)}'.strip()
        return f'<td role="cell">{shown}</td>'

    def reason(head, text):
        return f"<p><b>{head}</b> {text if head in made_here else html.escape(text)}</p>"

    heads = [f'<th role="columnheader" scope="col">{html.escape(head)}</th>' for head in (first, *verdicts)]
    lines = [LEDGER, f'<thead role="rowgroup"><tr role="row">{"".join(heads)}</tr></thead>', '<tbody role="rowgroup">']
    for row in frame.to_dict("records"):
        told = "\n".join(reason(head, row[head]) for head in reasons)
        cells = "".join(verdict(row[head]) for head in verdicts)
        lines += [
            f'<tr role="row"><th role="rowheader" scope="row">{html.escape(row[first])}</th>{cells}</tr>',
            f'<tr role="row"><td role="cell" class="why" colspan="{len(heads)}"><details class="reveal"><summary>Why</summary>\n{told}'
            "</details></td></tr>",
        ]
    return "\n".join([*lines, "</tbody></table>"])


def held(table, label, first=2):
    """The HTML of a table in the region that holds it; `label` names it for those who do not see it.

    A table is "long" where a phone has no room for all its columns: a phone shows the `first` two of them, or "three", and
    offers the rest. It is "wide" where the column of text has no room for it: it then runs beyond, on screens that have the room.
    """
    if table.startswith(LEDGER):
        return _region(table, label, " wide")
    columns = _columns(table)
    needed = sum(map(_letters, columns))
    long = len(columns) > 2 and (len(columns) > MOST_COLUMNS or needed > LETTERS_OF_A_PHONE)
    look = " long" * long + " three" * (long and first == 3) + " wide" * (needed > LETTERS_OF_A_COLUMN)
    return _region(table, label, look)


def _region(table, label, look):
    return f'<div class="scroll{look}" role="region" tabindex="0" aria-label="{html.escape(label, quote=True)}">\n{table}\n</div>'


def _columns(table):
    # The texts of each column, the head first.
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table, flags=re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.S) for row in rows]
    return list(zip(*([html.unescape(re.sub(r"<[^>]+>", "", text)) for text in row] for row in cells), strict=True))


def _letters(texts):
    # How many letters side by side break no word and let no text take more than so many lines, a head some more; and a gap.
    head, *cells = texts
    words = [len(word) * BOLD for word in head.split()] + [len(word) for text in cells for word in text.split()]
    return max([0, *words, len(head) * BOLD / LINES_OF_A_HEAD, *(len(text) / LINES for text in cells)]) + GAP


def offered(body):
    """The HTML of a page with an offer before each long table: what a phone shows of its columns at first, and all of them.

    >>> print(offered('<div class="scroll long" role="region" tabindex="0" aria-label="Runs"><tr><th>a</th><th>b</th><th>c</th></tr>'))
    <label class="columns"><input type="checkbox" aria-label="All 3 columns: Runs"> All 3 columns</label>
    <div class="scroll long" role="region" tabindex="0" aria-label="Runs"><tr><th>a</th><th>b</th><th>c</th></tr>
    """

    def offer(found):
        number = len(re.findall(r"<th\b", found[3]))
        name = f"All {number} columns"
        box = f'<input type="checkbox" aria-label="{name}: {found[2]}">'
        return f'<label class="columns">{box} {name}</label>\n{found[1]}{found[3]}'

    return re.sub(r'(<div class="scroll long[^>]* aria-label="([^"]*)">)(.*?</tr>)', offer, body, flags=re.S)


def _mostly_numbers(texts):
    said = [text for text in texts if text]
    return sum(bool(NUMBER.fullmatch(text)) for text in said) > len(said) / 2
