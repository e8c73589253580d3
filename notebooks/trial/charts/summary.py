"""Drawings of people: the twelve of the trial, and imagined trials of twelve."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import marks, theme, units
from trial.charts.figure import figure, radio

# A tile with round corners, drawn in a box of two by two around the origin.
TILE = "M-0.82,-1L0.82,-1Q1,-1 1,-0.82L1,0.82Q1,1 0.82,1L-0.82,1Q-1,1 -1,0.82L-1,-0.82Q-1,-1 -0.82,-1Z"


# By what a trial sees: its tile, and the number in it.
INKS = {
    "none": {"color": theme.PAPER, "edge": theme.COMPARATOR},
    "one": {"color": theme.SEEN_PALE, "edge": theme.SEEN_PALE},
    "more": {"color": theme.SEEN, "edge": theme.SEEN},
}


NUMBERS = {"none": theme.MUTED, "one": theme.INK, "more": theme.PAPER}


HARMED = {"none": "nobody harmed", "one": "one harmed", "more": "two or more harmed"}


def twelve_people(table, width):
    """One array of human figures an event, filled where it happened, the marked ones first and together.

    `table`: event (words, as in "had ..."), people_with, people, weeks, big_label ("0 of 12", "half"), note (or "").
    """
    wide = theme.wide(width)
    room = width / len(table) - theme.STEP if wide else width
    texts = table.assign(**{field: [units.fitting(text, room) for text in table[field]] for field in ("event", "note")})
    lines = texts.event.str.count("\n").max() + 1
    arrays = [_array(row, room, lines, row.people // (2 if wide else 1)) for row in texts.itertuples()]
    chart = (alt.hconcat if wide else alt.vconcat)(*arrays, spacing=theme.STEP if wide else 0)
    first, last = table.iloc[0], table.iloc[-1]
    of = f"of the {words.in_words(first.people)}"
    if not table.people_with.any():
        finding = f"None {of} had {words.listed(table.event).replace(' and ', ' or ')}"
    elif len(table) == 1:
        finding = f"{words.sentence(_share(first))} {of} had {first.event}"
    else:
        finding = f"{words.sentence(_share(first))} {of} had {first.event}; {_share(last)} had {last.event}"
    within = " or ".join(dict.fromkeys(f"{weeks:g} weeks" for weeks in table.weeks))
    subtitle = (
        f"One figure = one person, filled if it happened within {within}. Everyone got cells, anti-rejection "
        "drugs and a lumbar puncture. Reported in the paper's table, abstract and news."
    )
    said = "; ".join(f"{row.people_with} filled: people with {row.event}" for row in table.itertuples())
    told = (
        f"{words.sentence(words.things(len(table), 'array'))} of {words.in_words(first.people)} human figures. {said},"
        f" within {within}. Reported."
    )
    return figure(chart, finding, subtitle, told, width)


def _array(row, room, lines, columns):
    """The number that speaks for itself, what happened in so many `lines`, the people in rows, a note."""
    pitch, top = min(theme.FIGURE, room / columns), theme.BIG + theme.LINE * lines + theme.GAP
    people = units.grid(row.people, columns, pitch, top)
    people["filled"] = people.index < row.people_with
    foot = people.y.max() + pitch / 2 + theme.GAP
    height = foot + theme.LINE * (row.note.count("\n") + 1 if row.note else 0)
    texts = pd.DataFrame([{"big": row.big_label, "event": row.event, "note": row.note}])
    x, y = units.canvas(room, height)
    look = {"shape": theme.PERSON, "size": (0.9 * pitch) ** 2}
    layers = [
        marks.dots(people[~people.filled], x("x"), y("y"), color=theme.PAPER, edge=theme.COMPARATOR, **look),
        marks.dots(people[people.filled], x("x"), y("y"), color=theme.SEEN, edge=theme.SEEN, **look),
        marks.label(texts, "big", alt.XValue(0), alt.YValue(theme.BIG / 2), bold=True, size=theme.BIG),
        marks.label(texts, "event", alt.XValue(0), alt.YValue(theme.BIG + theme.GAP / 2), baseline="line-top"),
        marks.label(texts, "note", alt.XValue(0), alt.YValue(foot), baseline="line-top", color=theme.MUTED),
    ]
    return alt.layer(*layers, width=room, height=height)


def _share(row):
    # A share that the source gave in words stays in words.
    if not row.big_label[0].isdigit():
        return row.big_label
    return "none" if row.people_with == 0 else words.in_words(row.people_with)


def hundred_trials(table, width, shown=10, choice=True):
    """A hundred numbered tiles, one imagined trial each, at an assumed rate of harm that the reader can change.

    `table`: one_in (harm strikes one person in so many), trial (1 to 100, sorted by harmed), harmed, people
    (per trial).
    `shown`: the printed rate; without `choice` the picture is still.
    """
    kept, people = table if choice else table[table.one_in == shown], int(table.people.iloc[0])
    tiles = kept[["one_in", "harmed"]].reset_index(drop=True)
    tiles["seen"] = ["none" if harmed == 0 else "one" if harmed == 1 else "more" for harmed in tiles.harmed]
    rates, counts = list(dict.fromkeys(tiles.one_in)), tiles.groupby(["one_in", "seen"]).size()
    key = pd.DataFrame(
        [
            {"one_in": rate, "seen": seen, "text": text, "count": int(counts.get((rate, seen), 0)), "place": place}
            for rate in rates
            for place, (seen, text) in enumerate(HARMED.items())
        ]
    )
    heads = pd.DataFrame({"one_in": rates})
    heads["text"] = [f"If one in {words.in_words(rate)} is harmed, of 100 trials:" for rate in rates]
    none = key[key.seen == "none"].set_index("one_in")["count"]
    findings = {one_in: _luck(one_in, none[one_in], people) for one_in in rates}
    subtitle = (
        f"One tile = one imagined trial of {words.in_words(people)}; the number in it = people harmed. "
        "Worked out exactly from an assumed rate, rounded to 100 trials."
    )
    count = key[key.one_in == shown].set_index("seen")["count"]
    told = (
        f"Grid of 100 imagined trials of {words.in_words(people)}, the number harmed written in each; with harm in one "
        f"person in {words.in_words(shown)}, {count['none']} see nobody harmed, {count['one']} one person, "
        f"{count['more']} more. Worked out from an assumed rate."
    )
    here = "datum.one_in == one_in" if choice else f"datum.one_in == {shown}"
    drawn = _tiles(tiles.assign(place=kept.trial.to_numpy() - 1), key, heads, here, width)
    controls = [radio("one_in", "If harm struck one person in", rates, shown)] if choice else []
    return figure(drawn, findings if choice else findings[shown], subtitle, told, width, controls=controls)


def _tiles(tiles, key, heads, here, width):
    """Ten rows of ten, and what they add up to, beside them or on a phone below."""
    wide, columns = theme.wide(width), 10
    pitch = theme.FIGURE if wide else width / columns
    side = columns * pitch
    spots = units.grid(len(tiles.place.unique()), columns, pitch, 0)
    tiles = tiles.assign(x=spots.x.to_numpy()[tiles.place], y=spots.y.to_numpy()[tiles.place])
    left, top = (side + theme.FIGURE, theme.SMALL) if wide else (0, side + theme.ROW_GAP)
    across, down = (0, 2 * theme.FIGURE) if wide else (width / len(HARMED), 0)
    key = key.assign(x=left + pitch / 2 + across * key.place, y=top + pitch + down * key.place)
    key["words_x"], key["words_y"], key["number_x"] = (
        key.x - pitch / 2,
        key.y + pitch / 2 + theme.GAP,
        key.x + pitch / 2 + theme.GAP,
    )
    heads = heads.assign(x=left, y=top)
    height = side if wide else key.words_y.max() + theme.LINE
    x, y = units.canvas(width, height)

    def told(data, field, at, row, **look):
        return marks.where(here, marks.label, data.astype({field: str}), field, x(at), y(row), **look)

    layers = [
        layer
        for data in (tiles, key)
        for seen, part in data.groupby("seen", sort=False)
        for layer in [
            marks.where(
                here, marks.dots, part, x("x"), y("y"), shape=TILE, size=(pitch - theme.GAP / 2) ** 2, **INKS[seen]
            )
        ]
    ]
    layers += [
        told(part, "harmed", "x", "y", align="center", color=NUMBERS[seen], size=theme.HEAD_LETTER)
        for seen, part in tiles.groupby("seen", sort=False)
    ]
    layers += [
        told(key, "count", "number_x", "y", bold=True, size=theme.BIG),
        told(key, "text", "words_x", "words_y"),
        told(heads, "text", "x", "y", bold=True, size=theme.HEAD_LETTER),
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
