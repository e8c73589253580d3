"""Drawings of people: the twelve of the trial, and imagined trials of twelve."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import marks, theme, units
from trial.charts.figure import figure

# A tile with round corners, drawn in a box of two by two around the origin.
TILE = "M-0.82,-1L0.82,-1Q1,-1 1,-0.82L1,0.82Q1,1 0.82,1L-0.82,1Q-1,1 -1,0.82L-1,-0.82Q-1,-1 -0.82,-1Z"


# By what a trial sees: its tile, and the number in it. Nobody of the twelve came to harm here, so no tile has the accent.
INKS = {seen: {"color": theme.PAPER, "edge": theme.NO_EFFECT} for seen in ("one", "more")}
INKS["none"] = {"color": theme.COMPARATOR, "edge": theme.COMPARATOR}
NUMBERS = {"none": theme.PAPER, "one": theme.INK, "more": theme.INK}
HARMED = {"none": ("0", "nobody harmed"), "one": ("1", "one harmed"), "more": ("2+", "two or more")}


def person():
    """The path of a human figure, for what draws in a reader's browser."""
    return theme.PERSON


def empty_column(table, width):
    """Six outcomes in three columns: what was seen of the twelve, an empty frame from top to bottom, other people.

    `table`: outcome, seen and elsewhere (a count or a direction, in words), read (whether anything was).
    """
    room, blank, right = 0.38 * width - theme.GAP, (0.39 * width, 0.61 * width), 0.61 * width + 2 * theme.GAP
    rooms = [0.9 * room, 0.9 * (blank[1] - blank[0]), 0.9 * (width - right)]
    heads = pd.DataFrame({"text": list(map(units.fitting, HEADS, rooms)), "at": [0, blank[0], right]})
    top = theme.LINE * (heads.text.str.count("\n").max() + 1) + theme.GAP
    fitted = {"outcome": 0.9 * room, "seen": 0.9 * room, "elsewhere": width - right}
    placed = table.assign(
        **{part: [units.fitting(text, room) for text in table[part]] for part, room in fitted.items()}
    )
    high = {part: theme.LINE * (placed[part].str.count("\n") + 1) for part in fitted}
    steps = (high["outcome"] + high["seen"]).clip(lower=high["elsewhere"]) + theme.ROW_GAP
    foot = top + theme.GAP + steps.sum()
    placed["y"] = top + theme.GAP + steps.cumsum() - steps
    placed["seen_y"] = placed.y + high["outcome"]
    x, y = units.canvas(width, foot)
    frame = pd.DataFrame([{"x": blank[0], "y": top, "x2": blank[1], "y2": foot}])
    frame = frame.assign(middle=sum(blank) / 2, half=(top + foot) / 2, text="nobody\nwas\nstudied")
    above = {"baseline": "line-top"}
    layers = [
        marks.label(heads, "text", x("at"), alt.YValue(0), color=theme.MUTED, **above),
        marks.box(frame, x("x"), y("y"), "x2", "y2", color=theme.PAPER, edge=theme.COMPARATOR),
        marks.label(frame, "text", x("middle"), y("half"), align="center", bold=True, size=theme.HEAD_LETTER),
        marks.label(placed, "outcome", alt.XValue(0), y("y"), bold=True, **above),
        marks.label(placed[placed.read], "seen", alt.XValue(0), y("seen_y"), color=theme.SEEN, bold=True, **above),
        marks.label(placed[~placed.read], "seen", alt.XValue(0), y("seen_y"), color=theme.MUTED, **above),
        marks.label(placed, "elsewhere", alt.XValue(right), y("y"), color=theme.MUTED, **above),
    ]
    drawn = alt.layer(*layers, width=width, height=foot)
    seen = "; ".join(f"{row.outcome}: {row.seen}" for row in table.head(3).itertuples())
    alt_text = (
        f"Table of {words.things(len(table), 'outcome')} with three columns; the middle one, people like them who did not get "
        f"it, is empty. {seen}. Reported; the last column: other people."
    )
    return figure(drawn, "No one was there to compare with", ASIDE, alt_text, width)


ASIDE = (
    "Left: reported of the twelve. Right: other people, some less disabled where we read it, their counts scaled to twelve; "
    "reported, worked out or assumed."
)
HEADS = ["Twelve who got cells, drugs and a needle", "People like them who did not", "Elsewhere, other people"]


def hundred_trials(table, width):
    """A hundred numbered tiles, one imagined trial each, at one assumed rate of harm.

    `table`: one_in (harm strikes one person in so many), trial (1 to 100, sorted by harmed), harmed, people
    (per trial).
    """
    one_in, people = (int(table[column].iloc[0]) for column in ("one_in", "people"))
    tiles = table[["harmed"]].reset_index(drop=True)
    tiles["seen"] = ["none" if harmed == 0 else "one" if harmed == 1 else "more" for harmed in tiles.harmed]
    count = {seen: int((tiles.seen == seen).sum()) for seen in HARMED}
    key = pd.DataFrame(
        [
            {"seen": seen, "harmed": harmed, "text": text, "count": count[seen], "place": place}
            for place, (seen, (harmed, text)) in enumerate(HARMED.items())
        ]
    )
    subtitle = (
        f"One tile = one imagined trial of {words.in_words(people)}; the number in it = people harmed. "
        "Worked out exactly from an assumed rate, rounded to 100 trials."
    )
    alt_text = (
        f"Grid of 100 imagined trials of {words.in_words(people)}, the number harmed written in each; with harm in one "
        f"person in {words.in_words(one_in)}, {count['none']} see nobody harmed, {count['one']} one person, "
        f"{count['more']} more. Worked out from an assumed rate."
    )
    head = f"If one in {words.in_words(one_in)} is harmed, of 100 trials:"
    return figure(_tiles(tiles, key, head, width), _luck(one_in, count["none"], people), subtitle, alt_text, width)


def _tiles(tiles, key, head, width):
    """Ten rows of ten, and what they add up to, beside them or on a phone below."""
    wide, columns = theme.wide(width), 10
    pitch = theme.FIGURE if wide else width / columns
    side = columns * pitch
    at = tiles.index
    tiles = tiles.assign(x=pitch * (at % columns + 0.5), y=pitch * (at // columns + 0.5))
    left, top = (side + theme.FIGURE, theme.SMALL) if wide else (0, side + theme.ROW_GAP)
    across, down = (0, 2 * theme.FIGURE) if wide else (width / len(HARMED), 0)
    key = key.assign(x=left + pitch / 2 + across * key.place, y=top + pitch + down * key.place)
    key = key.assign(words_x=key.x - pitch / 2, words_y=key.y + pitch / 2 + theme.GAP)
    key["number_x"] = key.x + pitch / 2 + theme.GAP
    height = side if wide else key.words_y.max() + theme.LINE
    x, y = units.canvas(width, height)
    look = {"shape": TILE, "size": (pitch - theme.GAP / 2) ** 2}
    parts = [(seen, part) for data in (tiles, key) for seen, part in data.groupby("seen", sort=False)]

    def text(data, field, at, row, **look):
        return marks.label(data.astype({field: str}), field, x(at), y(row), **look)

    layers = [marks.dots(part, x("x"), y("y"), **look, **INKS[seen]) for seen, part in parts]
    layers += [
        text(part, "harmed", "x", "y", align="center", color=NUMBERS[seen], size=theme.HEAD_LETTER)
        for seen, part in parts
    ]
    layers += [
        text(key, "count", "number_x", "y", bold=True, size=theme.BIG),
        text(key, "text", "words_x", "words_y"),
        text(pd.DataFrame({"text": [head], "x": left, "y": top}), "text", "x", "y", bold=True, size=theme.HEAD_LETTER),
    ]
    return alt.layer(*layers, width=width, height=height)


def _luck(one_in, none, people):
    came = f"If one person in {words.in_words(one_in)} came to harm"
    trials = f"trials of {words.in_words(people)} would see none"
    if none == 100:
        return f"{came}, nearly all {trials}"
    if none == 0:
        return f"{came}, hardly any of 100 {trials}"
    return f"{came}, {none} of 100 {trials}"
