"""Charts with an entry a row: its name and note on the left (on a phone above), its marks on one scale, its numbers.

A mark is a function from the placed entries to layers; an entry without the value a mark stands for has no such mark.
"""

from functools import wraps
from typing import NamedTuple

import altair as alt
import pandas as pd

from trial.charts import marks, theme

NEAR = 0.08  # of a scale: marks no further apart would touch
HEAD_ROOM = theme.BOLD_ROOM * theme.HEAD_LETTER / theme.LETTER  # pixels that a letter of a head takes


class Placed(NamedTuple):
    """Entries with their places in pixels (`row`: of their marks), and how a column becomes a channel."""

    entries: pd.DataFrame
    x: object
    y: object
    domain: list
    width: int
    height: float


def rows(entries, drawn, width, domain, title, key=(), grid=False, **axis):
    """A chart of entries from top to bottom, ready for `figure`.

    `entries`: name, text (words right of the marks); where needed more (below the text), note (muted, below the name),
    head (named once above the entries that share it), lead (words left of the marks) and what the marks `drawn` read.
    `domain`, `title`, `grid` (on a page only) and `axis`: the scale of all marks. `key`: shape, colour and words of each
    kind of mark, told above all entries.
    """
    wide, room = theme.wide(width), max(_room(entries, "text"), _room(entries, "more"))
    names = theme.NAMES * width if wide else width
    entries = entries.assign(
        zero=0.0,
        name=_folded(entries["name"], (names - (0 if wide else _room(entries, "text"))) / theme.BOLD_ROOM),
        note=_folded(entries.note, names / theme.LETTER_ROOM) if "note" in entries else "",
        **({"head": _folded(entries["head"], width / HEAD_ROOM)} if "head" in entries else {}),
    )
    left = (min(names, _longest(entries)) if wide else 0) + max(_room(entries, "lead"), theme.GAP)
    placed, heads, height = _down(entries, wide, theme.LINE * len(key) + (theme.ROW_GAP if key else 0))
    clear = heads.empty or bool(HEAD_ROOM * heads["head"].str.len().max() < left)  # of words over the marks
    x = marks.across(domain, left, width - room, title=title, grid=grid and wide and clear, **axis)
    on = Placed(placed, x, marks.down(height), domain, width, height)
    layers = [layer for mark in drawn for layer in mark(on)]
    layers += _words(on, "name", "name_row", bold=heads.empty) + _words(on, "note", "note_row", color=theme.MUTED)
    if len(heads):
        layers += _words(on._replace(entries=heads), "head", "head_row", bold=True, size=theme.HEAD_LETTER)
    return alt.layer(*layers, *_key(key, on.y), width=width, height=height)


def _key(kinds, y):
    for place, (shape, color, said) in enumerate(kinds):
        entry = pd.DataFrame({"said": [said], "row": [theme.LINE * (place + 0.5)]})
        yield marks.dots(entry, alt.XValue(theme.GAP), y("row"), color=color, shape=shape)
        yield marks.label(entry, "said", alt.XValue(2.5 * theme.GAP), y("row"), color=theme.MUTED)


def _room(entries, field):
    return theme.BOLD_ROOM * entries[field].str.len().max() + 2.5 * theme.GAP if field in entries else 0


def _longest(entries):
    """Room for the longest line of all names and notes, so that no blank space stands between them and the marks."""
    lines = ((field, line) for field in ("name", "note") for text in entries[field] for line in text.split("\n"))
    room = {"name": theme.BOLD_ROOM, "note": theme.LETTER_ROOM}
    return max(room[field] * len(line) for field, line in lines) + 2 * theme.GAP


def _folded(texts, letters):
    return [marks.folded(text, int(letters)) for text in texts]


def _words(on, field, row, **look):
    return [marks.label(on.entries, field, alt.XValue(0), on.y(row), baseline="line-top", **look)]


def _down(entries, wide, start):
    """Places from `start` down: entries with rows for name, note and marks; those that begin under a head; the height."""
    named, noted = (theme.LINE * (entries[part].str.count("\n") + (entries[part] != "")) for part in ("name", "note"))
    deep = named + noted + (0 if wide else theme.MARK_ROOM) + theme.ROW_GAP
    first = entries["head"].ne(entries["head"].shift()) if "head" in entries else pd.Series(False, entries.index)
    head = first * (theme.LINE * (1 + entries.get("head", entries["name"]).str.count("\n")) + theme.GAP)
    top = start + deep.cumsum() - deep + head.cumsum()
    placed = entries.assign(
        head_row=top - head,
        name_row=top,
        note_row=top + named,
        row=top + ((named + noted) / 2 if wide else named + noted + theme.MARK_ROOM / 2),
    )
    return placed, placed[first], float(start + deep.sum() + head.sum())


def mark(drawn):
    """What draws placed entries is named with its columns and looks first; `rows` then asks it for its layers."""

    @wraps(drawn)
    def named(*columns, **look):
        return lambda on: drawn(on, *columns, **look)

    return named


@mark
def upright(on, at="zero", color=theme.COMPARATOR):
    """A line from top to bottom at a value that all entries share, but through no head; on a phone row by row, for words stand between."""
    if theme.wide(on.width):
        begun = on.entries[on.entries.name_row.ne(on.entries.head_row) | (on.entries.index == on.entries.index[0])]
        spans = begun.assign(top=begun.name_row, foot=[*begun.head_row[1:], on.height])
    else:
        spans = on.entries.assign(top=on.entries.row - theme.TICK, foot=on.entries.row + theme.TICK)
    return [marks.rule(spans, on.x(at), on.y("top"), y2="foot", color=color)]


@mark
def line(on, low, high, color=theme.INK, thick=theme.THICK):
    """A line from one value to another; `color`: one for all, or a column of colours."""
    known = on.entries.dropna(subset=[low, high])
    return [marks.rule(known, on.x(low), on.y("row"), x2=high, width=thick, **_paint(known, color))]


@mark
def dot(on, at, color=theme.INK, shape="circle", size=theme.DOT):
    """A mark at a value; `color` and `shape`: one for all, or a column of them."""
    known = on.entries.dropna(subset=[at])
    kinds = known.groupby(shape, sort=False) if shape in known else [(shape, known)]
    return [
        marks.dots(part, on.x(at), on.y("row"), shape=kind, size=size, edge=theme.PAPER, **_paint(part, color))
        for kind, part in kinds
    ]


def _paint(entries, color):
    return {"field" if color in entries else "color": color}


@mark
def dumbbell(on, low, high):
    """Two marks joined by a line; where they would touch, the low one stands above and the high one below.

    `low`, `high`: column, shape, colour and size of a mark. The words `lead` stand left of the low one, `text` right of
    the high one.
    """
    known, (start, end) = on.entries.dropna(subset=[low[0], high[0]]), on.domain
    near = (known[high[0]] - known[low[0]]).abs() < NEAR * (end - start)
    middle = known.row + near * (0 if theme.wide(on.width) else theme.LIFT / 2)  # clear of the words above
    known = known.assign(upper=middle - near * theme.LIFT, lower=middle + near * theme.LIFT)
    layers = [marks.rule(known[~near], on.x(low[0]), on.y("row"), x2=high[0], width=theme.THICK, color=theme.NO_EFFECT)]
    for (at, shape, color, size), row in ((low, "upper"), (high, "lower")):
        look = {"shape": shape, "size": size, "edge": theme.PAPER, "color": color}
        layers.append(marks.dots(known, on.x(at), on.y(row), **look))
    for (at, *_), row, field, align, sign in (
        (low, "upper", "lead", "right", -1),
        (high, "lower", "text", "left", 1),
    ):
        layers.append(marks.label(known, field, on.x(at), on.y(row), dx=sign * 1.5 * theme.GAP, align=align))
    return layers


@mark
def margin(on):
    """The text at the right edge with what is more below it; on a phone the text stands beside the name."""
    edge, wide, more = alt.XValue(on.width), theme.wide(on.width), "more" in on.entries
    place = {"y": on.y("row"), "dy": -theme.LINE / 2 if more else 0}
    if not wide:
        place = {"y": on.y("name_row"), "baseline": "line-top"}
    layers = [marks.label(on.entries, "text", edge, bold=True, align="right", **place)]
    if more:
        below = theme.LINE / 2 if wide else 0
        layers += [marks.label(on.entries, "more", edge, on.y("row"), dy=below, color=theme.MUTED, align="right")]
    return layers


@mark
def bracket(on, at, told, color):
    """An open bracket over the whole scale, with the words `told`, for an entry that has no value `at`."""
    low, high = on.domain
    unknown = on.entries[on.entries[at].isna()].assign(
        low=low, high=high, middle=(low + high) / 2, opened="[", closed="]", told=told
    )
    if unknown.empty:
        return []
    ends = (("opened", "low", "left", theme.BRACKET), ("closed", "high", "right", theme.BRACKET))
    return [
        marks.label(unknown, field, on.x(x), on.y("row"), align=align, color=color, size=size)
        for field, x, align, size in (*ends, ("told", "middle", "center", theme.LETTER))
    ]
