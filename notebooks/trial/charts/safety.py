"""Drawings of harm: the events that were reported, and what their counts leave open."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import curves, marks, panels, theme, units
from trial.charts.figure import figure

GROUPS = {
    "around_the_injection": "around the injection",
    "infection": "infections",
    "blood_value": "blood values",
    "other": "other",
}


RELATED = ("definitely", "probably", "possibly")
HALF = "M-1,-1L-1,1L1,1Z"  # the lower left half of a square
FILLED = dict.fromkeys(RELATED, "square") | {"unlikely": HALF}  # how much of the square of an event is filled


def forty_four_events(table, width):
    """One square an event: what, when, at which dose, and how its cause was judged; empty doses keep their column.

    `table`: term, plain_term, group, window_days ("0-14"), cohort, events (zeros kept), causality, serious.
    """
    windows = sorted(set(table.window_days), key=lambda window: int(window.split("-")[0]))
    cohorts = sorted(set(table.cohort))
    judged = table.groupby("causality").events.sum().reindex([*FILLED, "not"], fill_value=0)
    related, serious = int(judged[list(RELATED)].sum()), int(table.events[table.serious].sum())
    early = table[(table.window_days == windows[0]) & table.causality.isin(RELATED)].events.sum()
    soon = "in the first two weeks" if windows[0] == "0-14" else f"in {_period(windows[0]).lower()}"
    if related == 0:
        finding = "No event was put down to the cells"
    elif early == related:
        finding = f"Everything put down to the cells came {soon}"
    else:
        finding = f"Of {words.things(related, 'event')} put down to the cells, {words.in_words(early)} came {soon}"
    subtitle = (
        "One square = one event, not one person; filled as far as the investigators put it down to the cells. "
        "Reported in the paper's table 2; the groups are ours."
    )
    when = "all by day 14" if early == related and windows[0] == "0-14" else f"{words.in_words(early)} of them {soon}"
    alt_text = (
        f"Unit chart, {words.things(int(table.events.sum()), 'event')} in {words.things(len(windows), 'period')} and "
        f"{words.things(len(cohorts), 'dose')}; {words.in_words(related)} put down to the cells"
        f"{', ' + when if related else ''}; {words.in_words(serious)} serious. Reported."
    )
    found = " or ".join(name for name in RELATED if judged[name]) or "related"
    empty = "".join(f"; {name}: 0" for name in RELATED if related and not judged[name])
    key = {
        f"{found}: {related}{empty}": "probably",
        f"unlikely: {judged['unlikely']}": "unlikely",
        f"not: {judged['not']}": "not",
        f"serious: {serious}": "frame",
    }
    return figure(_squares(table, windows, cohorts, key, width), finding, subtitle, alt_text, width)


def _squares(table, windows, cohorts, key, width):
    swatches, top = units.key(key, width, top=theme.STEP)
    swatches["judged"], asked = list(key.values()), pd.DataFrame({"text": ["Put down to the cells?"]})
    swatches["serious"] = swatches.judged == "frame"
    left = (theme.NAMES if theme.wide(width) else theme.NAMES - 0.05) * width
    entries, height = _placed(table, windows, (left - 2 * theme.GAP) / theme.LETTER_ROOM, top)
    heads, groups, terms = (entries[entries.kind == kind] for kind in ("period", "group", "term"))
    squares = (
        terms.merge(table, on=["term", "causality"])
        .query("window == window_days")
        .rename(columns={"causality": "judged"})
    )
    room = (width - left) / len(cohorts)
    pitch = min(theme.SQUARE, room / (squares.events.max() + 0.25))
    start = {cohort: left + room * place for place, cohort in enumerate(cohorts)}
    squares = panels.piled(squares.loc[squares.index.repeat(squares.events)], ["row", "cohort"])
    squares["at"] = squares.cohort.map(start) + pitch * (squares.place + 0.5)
    totals = heads.merge(pd.DataFrame({"cohort": cohorts}), how="cross")
    sums = table.groupby(["window_days", "cohort"]).events.sum()
    totals["text"] = [f"Dose {row.cohort}\n{sums.get((row.window, row.cohort), 0)}" for row in totals.itertuples()]
    x, y = units.canvas(width, height)
    places, name = totals.assign(x=totals.cohort.map(start)), alt.XValue(0)
    layers = [
        marks.level(heads.assign(row=heads.row - theme.LINE), y("row"), 1, width - 2),
        marks.label(heads, "text", name, y("row"), bold=True, size=theme.HEAD_LETTER),
        marks.label(places, "text", x("x"), y("row"), bold=True),
        marks.label(asked, "text", name, alt.YValue(theme.STEP / 2), bold=True),
        marks.level(terms, y("row"), left, width - 2),
        marks.label(groups, "text", name, y("row"), color=theme.MUTED),
        marks.label(terms, "text", alt.XValue(theme.GAP), y("row")),
        marks.label(swatches, "text", x("words_at"), y("row")),
    ]
    return alt.layer(
        *layers,
        *_events(squares, x("at"), y("row"), (0.85 * pitch) ** 2),
        *_events(swatches, x("at"), y("row"), theme.DOT),
        width=width,
        height=height,
    )


def _events(table, x, y, size):
    # A square an event, with a heavy frame where it was serious; over it the part of it that is filled.
    looks = {False: {"edge": theme.SEEN, "thick": 1}, True: {"edge": theme.INK, "thick": theme.THICK}}
    for serious, part in table.groupby("serious"):
        yield marks.dots(part, x, y, size=size, shape="square", color=theme.PAPER, **looks[serious])
    for shape, part in table.groupby(table.judged.map(FILLED)):
        yield marks.dots(part, x, y, size=size, shape=shape, color=theme.SEEN)


def _placed(table, windows, letters, top):
    """The entries of all periods with their rows in pixels, and the height."""
    parts = (_entries(table[table.window_days == window], window, int(letters)) for window in windows)
    entries = pd.DataFrame([entry for part in parts for entry in part])
    more = theme.LINE * entries.text.str.count("\n")
    deep = theme.STEP * (1 + 0.5 * (entries.kind == "period")) + more
    entries["row"] = top + deep.cumsum() - more
    return entries, entries.row.max() + theme.STEP


def _entries(events, window, letters):
    """What stands on the left of one period, line by line: its name, groups, terms from the most frequent."""
    yield {"kind": "period", "text": f"{_period(window)}\nevents: {events.events.sum()}", "window": window}
    for group, name in GROUPS.items():
        part = events[events.group == group]
        if part.empty:
            continue
        yield {"kind": "group", "text": f"{name}: {part.events.sum()}", "window": window}
        found = part.groupby(["term", "plain_term", "causality"], sort=False).agg(
            many=("events", "sum"), serious=("serious", "any")
        )
        for row in found.reset_index().sort_values("many", ascending=False, kind="stable").itertuples():
            text = marks.folded(row.plain_term + (" (serious)" if row.serious else ""), letters)
            yield {"kind": "term", "text": text, "window": window, "term": row.term, "causality": row.causality}


def _period(window):
    first, last = (int(day) for day in window.split("-"))
    return f"Days {first} to {last}" if last < 100 else f"Day {first} to week {last / 7:g}"


def _often(rate):
    return words.one_in(rate) if rate < 0.1 else words.percent(rate)


def rules_out(table, width):
    """People without an event against the most frequent harm still possible, both scales logarithmic.

    `table`: people, largest_rate (share, one-sided limit), label ("" where unmarked), this_trial (true once),
    confidence.
    """
    rows = table[["people", "this_trial"]].assign(rate=table.largest_rate, label=table.label.fillna(""))
    steps = [1 / one_in for one_in in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)]
    levels = [rate for place, rate in enumerate(steps) if place == 0 or steps[place - 1] > rows.rate.min()]
    on = curves.plane(
        width,
        [rows.people.min(), max(1000, rows.people.max())],
        [levels[-1], 1],
        "People watched, none of them harmed (log scale)",
        labels=8,
        log="xy",
        levels=levels,
        level="datum.value == 1 ? 'everyone' : '1 in ' + format(round(1 / datum.value), ',')",
        values=[1, 3, 10, 30, 100, 300, 1000],
        format=",",
    )
    marked = rows[rows.label != ""].copy()
    marked["text"] = [f"{words.number(row.people)} people: {row.label}" for row in marked.itertuples()]
    marked["early"] = [on.at(people) < (on.left + on.right) / 2 for people in marked.people]
    place = on.x("people"), on.y("rate")
    layers = [
        marks.line(rows, *place, width=2),
        *[
            marks.dots(part, *place, size=theme.DOT, edge=theme.PAPER, color=theme.SEEN if own else theme.INK)
            for own, part in marked.groupby("this_trial")
        ],
        *[
            curves.beside(part, "text", *place, above=early, bold=own)
            for (early, own), part in marked.groupby(["early", "this_trial"])
        ],
    ]
    level = words.level(table.confidence.iloc[0])
    subtitle = f"Up: the most frequent harm still possible after none was seen (exact, one-sided {level}). Worked out."
    points = words.listed([f"{words.number(row.people)} people {_often(row.rate)}" for row in marked.itertuples()])
    alt_text = (
        f"Falling line, both axes logarithmic: people watched without harm, and the most frequent harm still possible "
        f"(exact, one-sided {level}): {points}. Worked out."
    )
    return figure(curves.drawn(layers, on), _ruled_out(marked), subtitle, alt_text, width)


def _ruled_out(marked):
    own, last = marked[marked.this_trial].iloc[0], marked.loc[marked.people.idxmax()]
    if last.people > own.people:
        return (
            f"Ruling out a harm that strikes {words.one_in(last.rate)} takes "
            f"{words.number(last.people)} people, not {words.number(own.people)}"
        )
    return f"{words.number(own.people)} people without harm rule out harm that strikes {words.one_in(own.rate)}"


def line_up(table, width):
    """Numbered panels of events by dose, the reported one hidden among simulated ones in which dose does nothing.

    `table`: panel (from 1), cohort, events. The picture does not say which panel is real.
    """
    rows, cohorts = table[["panel", "cohort", "events"]], list(dict.fromkeys(table.cohort))
    others = words.in_words(rows.panel.nunique() - 1)
    columns = alt.Chart(rows).mark_bar(color=theme.COMPARATOR, aria=False)
    chart = panels.numbered(columns, "cohort", "events", width)
    subtitle = (
        f"Columns = events at doses {words.listed(cohorts[:1])} to {cohorts[-1]}, left to right, one scale for all. "
        f"{words.sentence(others)} panels are simulated, one is reported."
    )
    alt_text = (
        f"Line-up of {words.in_words(rows.panel.nunique())} small column charts, events at {words.in_words(len(cohorts))} doses each. One is "
        "reported, the others are simulated without a dose effect. Which is real? The numbers of every panel stand in the table; the answer "
        "is folded below."
    )
    finding = f"One of these is the trial; in {others}, dose does nothing. Which?"
    return figure(chart, finding, subtitle, alt_text, width)
