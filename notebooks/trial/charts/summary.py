"""Drawings of people: the twelve of the trial, and imagined trials of twelve."""

import json

import altair as alt
import pandas as pd

from trial import words
from trial.charts import marks, theme

# A tile with round corners, drawn in a box of two by two around the origin.
TILE = "M-0.82,-1L0.82,-1Q1,-1 1,-0.82L1,0.82Q1,1 0.82,1L-0.82,1Q-1,1 -1,0.82L-1,-0.82Q-1,-1 -0.82,-1Z"
HARMED = {"none": "nobody harmed", "one": "one harmed", "more": "two or more harmed"}


def twelve_people(table, width):
    """One array of human figures an event, filled where it happened, the marked ones first and together.

    `table`: event (words, as in "had ..."), people_with, people, weeks, big_label ("0 of 12", "half"), note (or "").
    """
    wide, per_row = width >= 500, 6
    panels, cell = table.reset_index(drop=True), 34 if wide else 36
    apart = cell * 0.86
    room = width / len(panels)
    panels["left"] = [room * place + 2 for place in range(len(panels))] if wide else 2.0
    panels["event_text"] = [marks.folded(event, 30 if wide else 19) for event in panels.event]
    panels["note_text"] = [marks.folded(note, 30 if wide else 32) for note in panels.note]
    tall = [-(-people // per_row) * cell for people in panels.people]
    lines = [text.count("\n") + 1 for text in panels.event_text]
    if wide:
        panels["big_row"], panels["event_row"] = 15.0, 34.0
        first = 34 + 15 * max(lines) + 4
        panels["array_row"], panels["array_left"] = float(first), panels.left - 3
        panels["note_row"] = [first + rows + 6 for rows in tall]
        height = max(panels.note_row) + 15 * max(text.count("\n") + 1 for text in panels.note_text)
    else:
        deep = [
            max(rows + (24 if note else 0), 36 + 15 * count) + 26
            for rows, note, count in zip(tall, panels.note, lines, strict=True)
        ]
        tops = [float(sum(deep[:place])) for place in range(len(deep))]
        panels["big_row"], panels["event_row"] = [top + 15 for top in tops], [top + 32 for top in tops]
        panels["array_row"], panels["array_left"] = tops, float(width - per_row * apart)
        panels["note_row"] = [top + rows + 5 for top, rows in zip(tops, tall, strict=True)]
        height = sum(deep) - 20
    panels["note_left"] = panels.left if wide else panels.array_left + 3
    figures = pd.DataFrame(
        [
            {
                "x": row.array_left + apart * (place % per_row + 0.5),
                "y": row.array_row + cell * (place // per_row + 0.5),
                "filled": place < row.people_with,
            }
            for row in panels.itertuples()
            for place in range(row.people)
        ]
    )
    x, y = marks.across([0, width], 0, width), marks.down(height)
    layers = [
        marks.dots(
            figures[~figures.filled],
            x("x"),
            y("y"),
            shape=theme.PERSON,
            size=(cell - 3) ** 2,
            color=theme.PAPER,
            edge=theme.COMPARATOR,
        ),
        marks.dots(
            figures[figures.filled],
            x("x"),
            y("y"),
            shape=theme.PERSON,
            size=(cell - 3) ** 2,
            color=theme.CAUTION,
            edge=theme.CAUTION,
        ),
        marks.label(panels, "big_label", x("left"), y("big_row"), bold=True, size=26),
        marks.label(panels, "event_text", x("left"), y("event_row"), baseline="top"),
        marks.label(panels, "note_text", x("note_left"), y("note_row"), baseline="top", color=theme.MUTED),
    ]
    first, last = panels.iloc[0], panels.iloc[-1]
    of = f"of the {words.in_words(first.people)}"
    if not panels.people_with.any():
        finding = f"None {of} had {words.listed(panels.event).replace(' and ', ' or ')}"
    elif len(panels) == 1:
        finding = f"{words.sentence(_share(first))} {of} had {first.event}"
    else:
        finding = f"{words.sentence(_share(first))} {of} had {first.event}; {_share(last)} had {last.event}"
    within = " or ".join(dict.fromkeys(f"{weeks:g} weeks" for weeks in panels.weeks))
    subtitle = (
        f"One figure = one person, filled if it happened within {within}. Everyone got cells, anti-rejection "
        "drugs and a lumbar puncture. Reported in the paper's table, abstract and news."
    )
    told = "; ".join(f"{row.people_with} filled: people with {row.event}" for row in panels.itertuples())
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"{words.sentence(words.things(len(panels), 'array'))} of {words.in_words(first.people)} human figures. {told},"
        f" within {within}. Reported.",
    )


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
    wide = width >= 500
    pitch, kept = 34 if wide else width / 10, table if choice else table[table.one_in == shown]
    tiles, place = kept[["one_in", "harmed"]].reset_index(drop=True), kept.trial.to_numpy() - 1
    tiles["x"], tiles["y"] = (place % 10 + 0.5).round(1), (place // 10 + 0.5).round(1)
    tiles["seen"] = ["none" if harmed == 0 else "one" if harmed == 1 else "more" for harmed in tiles.harmed]
    rates = list(dict.fromkeys(tiles.one_in))
    key = pd.DataFrame(
        [
            {
                "one_in": one_in,
                "seen": seen,
                "count": int(((tiles.one_in == one_in) & (tiles.seen == seen)).sum()),
                "text": HARMED[seen],
                "place": place,
            }
            for one_in in rates
            for place, seen in enumerate(HARMED)
        ]
    )
    # Everything stands on the grid of tiles: one unit is one tile.
    if wide:
        key["x"], key["y"] = 11.4, 3.6 + 1.9 * key.place
        key["text_x"], key["text_y"] = 12.0, key.y + 0.66
    else:
        key["x"], key["y"] = 0.4 + 3.35 * key.place, 11.4
        key["text_x"], key["text_y"] = key.x - 0.35, key.y + 0.72
    key["number_x"] = key.x + (0.6 if wide else 0.45)
    heads = pd.DataFrame(
        {"one_in": rates, "text": [f"If one in {words.in_words(one_in)} is harmed, of 100 trials:" for one_in in rates]}
    )
    heads["x"], heads["y"] = (11.0, 2.4) if wide else (0.05, 10.5)
    height = (10 if wide else 12.4) * pitch
    x = marks.across([0, width / pitch], 0, width)
    scale = alt.Scale(domain=[0, height / pitch], range=[0, height], nice=False, zero=False)

    def y(field):
        return alt.Y(f"{field}:Q", axis=None, scale=scale)

    wanted = "one_in" if choice else shown

    def chosen(data, *columns):
        return alt.Chart(data[["one_in", *columns]]).transform_filter(f"datum.one_in == {wanted}")

    def inked(*hues):
        return {"scale": alt.Scale(domain=list(HARMED), range=list(hues)), "legend": None}

    def box(data, size, *columns):
        return (
            chosen(data, *columns)
            .mark_point(shape=TILE, size=size**2, opacity=1, strokeWidth=1, aria=False)
            .encode(
                x=x("x"),
                y=y("y"),
                fill=alt.Fill("seen:N", **inked(theme.PAPER, theme.CAUTION_PALE, theme.CAUTION)),
                stroke=alt.Stroke("seen:N", **inked(theme.COMPARATOR, theme.CAUTION_PALE, theme.CAUTION)),
            )
        )

    layers = [
        box(tiles, pitch - 3, "harmed", "x", "y", "seen"),
        chosen(tiles, "harmed", "x", "y", "seen")
        .mark_text(fontSize=13, baseline="middle", aria=False)
        .encode(
            x=x("x"),
            y=y("y"),
            text=alt.Text("harmed:Q"),
            color=alt.Color("seen:N", **inked(theme.MUTED, theme.INK, theme.PAPER)),
        ),
        box(key, 26 if wide else 20, "x", "y", "seen"),
        _told(chosen(key, "number_x", "y", "count"), x("number_x"), y("y"), "count", 24 if wide else 20),
        _told(chosen(key, "text_x", "text_y", "text"), x("text_x"), y("text_y"), "text", 12, "normal"),
        _told(chosen(heads, "x", "y", "text"), x("x"), y("y"), "text", 13),
    ]
    people = int(table.people.iloc[0])
    none = key[key.seen == "none"].set_index("one_in")["count"]
    findings = {one_in: _luck(one_in, none[one_in], people) for one_in in rates}
    subtitle = (
        f"One tile = one imagined trial of {words.in_words(people)}; the number in it = people harmed. "
        "Worked out exactly from an assumed rate, rounded to 100 trials."
    )
    title = theme.title(findings[shown], subtitle, width)
    chart = marks.plot(layers, width, height, title)
    if choice:
        # The title follows the choice: the finding printed for one rate would be false for another.
        lines = ", ".join(f'"{one_in}": {json.dumps(words.wrapped(text, width))}' for one_in, text in findings.items())
        title.text = alt.ExprRef(f"({{{lines}}})[one_in]")
        labels, name = [f"{rate} " for rate in rates], "If harm struck one person in "
        bind = alt.binding_radio(options=rates, labels=labels, name=name)
        chart = chart.add_params(alt.param(name="one_in", value=shown, bind=bind))
    count = key[key.one_in == shown].set_index("seen")["count"]
    return theme.finish(
        chart,
        f"Grid of 100 imagined trials of {words.in_words(people)}, the number harmed written in each; with harm in one "
        f"person in {words.in_words(shown)}, {count['none']} see nobody harmed, {count['one']} one person, "
        f"{count['more']} more. Worked out from an assumed rate.",
    )


def _told(chart, x, y, field, size, weight="bold"):
    return chart.mark_text(fontSize=size, fontWeight=weight, align="left", baseline="middle", aria=False).encode(
        x=x, y=y, text=alt.Text(f"{field}:N")
    )


def _luck(one_in, none, people):
    came = f"If one person in {words.in_words(one_in)} came to harm"
    trials = f"trials of {words.in_words(people)} would see none"
    if none == 100:
        return f"{came}, nearly all {trials}"
    if none == 0:
        return f"{came}, hardly any of 100 {trials}"
    return f"{came}, {none} of 100 {trials}"
