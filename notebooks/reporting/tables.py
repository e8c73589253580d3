"""Frames to HTML tables: how a column reads is a head with a form, so that a frame stays numbers up to the page."""

import html
import json
import math
import re

import pandas
from markupsafe import Markup

from reporting import digits

NUMBER = re.compile(r"[−\d.,%]+")
NAMED = re.compile(
    r"\b(?!(?:of|and|to|none|fewer|more|than)\b)[^\W\d_]{2,}"
)  # a word that makes a text more than a result
MOST_COLUMNS = 5  # of a table that stays whole on a phone
LETTERS_OF_A_NUMBER = 26  # of what may stand among numbers, to the right: "69 with cells, 35 without"
LINES, LINES_OF_A_HEAD = 3, 5  # of one text in a cell, and of a head
BOLD, GAP = 1.15, 1  # letters that a letter of a head takes; letters between columns
LETTERS_OF_A_PHONE, LETTERS_OF_A_COLUMN = 40, 66  # side by side in a window of 360 px, and in the column of text


def as_text(value):
    """A value that is ready to be read; nothing for a missing one."""
    if value is None or (not isinstance(value, str) and pandas.isna(value)):
        return ""
    return str(digits.rounded(value, 9) if isinstance(value, float) else value)


def formatted(frame, columns=None):
    """The frame as ready-made text, one column a head, in the order of `columns`; without them the frame as it is.

    `columns` maps a head to a column of the frame, or to a pair of column and form: what makes text of one value. A form
    of several values names their columns in a tuple. Where the (first) value is missing the cell is empty, or says what
    stands third.

    >>> runs = pandas.DataFrame({"rate": [0.1, None], "low": [0, 0], "high": [2, 3]})
    >>> heads = {"Rate": ("rate", "{:.0%}".format, "not read"), "Range": (("low", "high"), "{} to {}".format), "n": "low"}
    >>> formatted(runs, heads).to_dict("list")
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


def without_repeats(texts, but=()):
    """Ready-made text without the columns of words that repeat one value in three rows and more; and that value by its head.

    Results stay, row by row, as do the columns named in `but`.

    >>> runs = pandas.DataFrame({"Visit": ["Week 48"] * 3, "Dose": ["a", "b", "c"], "Had it": ["none of 3: 0% to 71%"] * 3})
    >>> without_repeats(runs)[0].columns.tolist(), without_repeats(runs)[1]
    (['Dose', 'Had it'], {'Visit': 'Week 48'})
    """
    same = {} if len(texts) < 3 else {head: texts[head].iloc[0] for head in texts if texts[head].nunique() == 1}
    same = {head: text for head, text in same.items() if head not in but and NAMED.search(text)}
    same = same if len(same) < texts.shape[1] - 1 else {}
    return texts.drop(columns=list(same)), same


def repeats_sentence(same):
    """What all rows of a table have in common, in a sentence.

    >>> repeats_sentence({"Visit": "Week 48", "By luck": "50 of 100"}), repeats_sentence({})
    ('Visit: Week 48; By luck: 50 of 100; in every row.', '')
    """
    return "".join(f"{head}: {text}; " for head, text in same.items()) + "in every row." * bool(same)


def numbers_as_text(frame):
    """A frame of numbers behind a figure as ready-made text: four significant digits, no more letters than they need.

    >>> numbers_as_text(pandas.DataFrame({"at_most": [0.123456, 1234567.0, None]})).to_dict("list")
    {'at most': ['0.1235', '1234567', '']}
    """

    def text(value):
        if not isinstance(value, float) or not math.isfinite(value):
            return as_text(value)
        value = digits.rounded(value)
        return f"{value:.0f}" if value == int(value) else f"{digits.rounded(value, 4):.4g}"

    return frame.rename(columns=lambda column: str(column).replace("_", " ")).map(text)


def markup(frame, sortable=False, same=None):
    """The HTML of a frame of ready-made text; its first column names the rows, columns of numbers stand to the right.

    A `sortable` table is one whose heads a reader may click on. `same`: what its file has in every row besides, head by head.
    """
    first, *others = frame.columns
    look = {column: ' class="numeric"' if _mostly_numbers(frame[column]) else "" for column in others} | {first: ""}
    heads = [f'<th{look[column]} scope="col">{html.escape(column)}</th>' for column in frame.columns]
    opening = "<table" + ' class="sortable"' * sortable + f"{_kept_for_a_file(same)}>"
    lines = [opening, "<thead>", "<tr>", *heads, "</tr>", "</thead>", "<tbody>"]
    for name, *texts in frame.itertuples(index=False, name=None):
        cells = [f"<td{look[column]}>{_inside(text)}</td>" for column, text in zip(others, texts, strict=True)]
        lines += ["<tr>", f'<th scope="row">{_inside(name)}</th>', *cells, "</tr>"]
    return "\n".join([*lines, "</tbody>", "</table>"])


def _kept_for_a_file(same):
    return f' data-same="{html.escape(json.dumps(same, ensure_ascii=False), quote=True)}"' if same else ""


def _inside(text):
    return text if isinstance(text, Markup) else html.escape(text)


def ledger(frame, why):
    """The HTML of a frame of ready-made text with one claim a row: its verdicts large, its reasons folded below it.

    The first column holds the claim. Up to the one named `why` stand verdicts, each in lines: a mark, the verdict, what is
    more of it. From `why` on all waits in the fold, a paragraph a column.

    >>> line = {"Claim": ["It rose"], "Here": ["?\\nToo few\\n3 of 4"], "Because": ["Luck."]}
    >>> print(ledger(pandas.DataFrame(line), "Because").split("</thead>")[1])
    <BLANKLINE>
    <tbody role="rowgroup">
    <tr role="row"><th role="rowheader" scope="row">It rose</th><td role="cell"><b><span aria-hidden="true">?</span> Too few</b> 3 of 4</td></tr>
    <tr role="row"><td role="cell" class="why" colspan="2"><details class="reveal"><summary>Why</summary>
    <p><b>Because</b> Luck.</p></details></td></tr>
    </tbody></table>
    """
    place = list(frame.columns).index(why)
    (first, *verdicts), reasons = frame.columns[:place], frame.columns[place:]

    def verdict(text):
        mark, name, *more = map(html.escape, text.split("\n"))
        shown = f'<b><span aria-hidden="true">{mark}</span> {name}</b> {" ".join(more)}'.strip()
        return f'<td role="cell">{shown}</td>'

    heads = [f'<th role="columnheader" scope="col">{html.escape(head)}</th>' for head in (first, *verdicts)]
    lines = [
        '<table class="ledger" role="table">',
        f'<thead role="rowgroup"><tr role="row">{"".join(heads)}</tr></thead>',
    ]
    lines.append('<tbody role="rowgroup">')
    for row in frame.to_dict("records"):
        paragraphs = "\n".join(f"<p><b>{head}</b> {_inside(row[head])}</p>" for head in reasons)
        claim = f'<th role="rowheader" scope="row">{html.escape(row[first])}</th>'
        fold = f'<details class="reveal"><summary>Why</summary>\n{paragraphs}</details>'
        lines += [
            f'<tr role="row">{claim}{"".join(verdict(row[head]) for head in verdicts)}</tr>',
            f'<tr role="row"><td role="cell" class="why" colspan="{len(heads)}">{fold}</td></tr>',
        ]
    return "\n".join([*lines, "</tbody></table>"])


def in_region(frame, label, first=2, sortable=False, why=None, same=None):
    """The HTML of a frame of ready-made text in the region that holds it; `label` names it for those who do not see it.

    A cell that is a `markupsafe.Markup` is HTML already. With `why` it is a `ledger`, else `markup`. A table is "long" where a
    phone has no room for all its columns: a phone shows the `first` two of them, or "three", and offers the rest. It is "wide"
    where the column of text has no room for it: it then runs beyond, on screens that have the room. `same` as in `markup`.
    """
    needed = sum(_letters(column, frame[column]) for column in frame.columns)
    number = len(frame.columns)
    long = not why and number > 2 and (number > MOST_COLUMNS or needed > LETTERS_OF_A_PHONE)
    first = 3 if frame.iloc[:, :2].duplicated().any() else first  # what tells the rows apart is seen
    look = " long" * long + " three" * (long and first == 3) + " wide" * (bool(why) or needed > LETTERS_OF_A_COLUMN)
    table, label = ledger(frame, why) if why else markup(frame, sortable, same), html.escape(label, quote=True)
    return f'<div class="scroll{look}" role="region" tabindex="0" aria-label="{label}">\n{table}\n</div>'


def _letters(head, cells):
    # How many letters side by side break no word and let no text take more than so many lines, a head some more; and a gap.
    cells = [cell.striptags() if isinstance(cell, Markup) else cell for cell in cells]
    words = [len(word) * BOLD for word in head.split()] + [len(word) for text in cells for word in text.split()]
    return max([0, *words, len(head) * BOLD / LINES_OF_A_HEAD, *(len(text) / LINES for text in cells)]) + GAP


def with_column_switch(body):
    """The HTML of a page with an offer before each long table: what a phone shows of its columns at first, and all of them.

    >>> print(with_column_switch('<div class="scroll long" role="region" tabindex="0" aria-label="Runs"><tr><th>a</th><th>b</th><th>c</th></tr>'))
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
    # One word without a digit ("not read") stands in for a number and settles nothing; a sentence is read from the left.
    filled, lone = [text for text in texts if text], {text for text in texts if not re.search(r"\d", text)} - {""}
    filled = [text for text in filled if text not in lone] if len(lone) == 1 else filled
    short = max(map(len, filled), default=0) <= LETTERS_OF_A_NUMBER
    return short and sum(bool(NUMBER.fullmatch(text)) for text in filled) > len(filled) / 2
