"""Drawings that count: one mark a person, an event or a trial; lines a person under the name of the group."""

import altair as alt
import numpy as np
import pandas as pd

from trial.charts import marks, theme


def key(texts, width, top=0.0):
    """Swatches with their words in lines as wide as the drawing: text, at, words_at, row (pixels); and the row below."""
    at, row, made = theme.GAP, top + theme.STEP / 2, []
    for text in texts:
        need = 3.5 * theme.GAP + theme.BOLD_ROOM * len(text)
        if made and at + need > width:
            at, row = theme.GAP, row + theme.STEP
        made.append({"text": text, "at": at, "words_at": at + 1.5 * theme.GAP, "row": row})
        at += need
    return pd.DataFrame(made), row + theme.STEP


def canvas(width, height):
    """Places in pixels from the left and from the top: two functions from a column to a channel."""
    return marks.across([0, width], 0, width), marks.down(height)


def keyed(looks, width, chart):
    """A chart under the key of its marks; `looks`: the words for each, with how `marks.dots` draws it."""
    swatches, height = key(looks, width)
    x, y = canvas(width, height)
    layers = [
        marks.dots(swatches[swatches.text == text], x("at"), y("row"), **look) for text, look in looks.items()
    ] + [marks.label(swatches, "text", x("words_at"), y("row"))]
    above = alt.layer(*layers, width=width - 1, height=height)
    return alt.vconcat(above, chart, spacing=theme.GAP).resolve_scale(color="independent", fill="independent")


def lines(people, top=0.0):
    """A line a person under the name of the group, from the top: people and the first of each group with `row`; the height.

    `people`: cohort, in the order to draw.
    """
    first = people.cohort.ne(people.cohort.shift())
    placed = people.assign(row=top + theme.STEP * (first.cumsum() + np.arange(len(people)) + 0.5))
    heads = placed[first].assign(row=lambda head: head.row - theme.STEP)
    return placed, heads, placed.row.max() + theme.STEP / 2


def fitting(text, room):
    """Text in lines that fit so many pixels; its own lines stay."""
    return "\n".join(marks.folded(line, int(room / theme.LETTER_ROOM)) for line in text.split("\n"))
