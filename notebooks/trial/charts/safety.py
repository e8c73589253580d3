"""Drawings of harm: the events that were reported, and what their counts leave open."""

import altair as alt
import numpy as np
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


JUDGED = {
    "definitely": theme.SEEN,
    "probably": theme.SEEN,
    "possibly": theme.SEEN,
    "unlikely": theme.SEEN_PALE,
    "not": theme.PAPER,
}


RELATED = ("definitely", "probably", "possibly")


def forty_four_events(table, width):
    """One square an event: what, when, at which dose, and how its cause was judged; empty doses keep their column.

    `table`: term, plain_term, group, window_days ("0-14"), cohort, events (zeros kept), causality, serious.
    """
    windows, cohorts = _windows(table), sorted(set(table.cohort))
    judged = table.groupby("causality").events.sum().reindex(list(JUDGED), fill_value=0)
    related, serious = int(judged[list(RELATED)].sum()), int(table.events[table.serious].sum())
    early = table[(table.window_days == windows[0]) & table.causality.isin(RELATED)].events.sum()
    soon = "in the first two weeks" if windows[0] == "0-14" else f"in {_period(windows[0]).lower()}"
    if related == 0:
        finding = "No event was put down to the cells"
    elif early == related:
        finding = f"Everything put down to the cells came {soon}"
    else:
        finding = f"Of {words.things(related, 'event')} put down to the cells, {words.in_words(early)} came {soon}"
    total, infections = int(table.events.sum()), table.events[table.group == "infection"].sum()
    subtitle = [
        "One square = one event, not one person; A to D = dose, from lowest to highest. Colour = the investigators' "
        "judgement. Reported in the paper's table 2; the groups are ours.",
        f"{infections} of {total} were infections, in people given anti-rejection drugs; the table does not say "
        "in how many.",
    ]
    when = "all by day 14" if early == related and windows[0] == "0-14" else f"{words.in_words(early)} of them {soon}"
    told = (
        f"Unit chart, {words.things(total, 'event')} in {words.things(len(windows), 'period')} and "
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
    return figure(_squares(table, windows, cohorts, key, width), finding, subtitle, told, width)


def _squares(table, windows, cohorts, key, width):
    swatches, top = units.key(key, width, top=theme.STEP)
    swatches["judged"], asked = list(key.values()), pd.DataFrame({"text": ["Put down to the cells?"]})
    left = theme.NAMES * width
    entries, height = _placed(table, windows, (left - 2 * theme.GAP) / theme.LETTER_ROOM, top)
    heads, groups, terms = (entries[entries.kind == kind] for kind in ("period", "group", "term"))
    squares = (
        terms.merge(table, on=["term", "causality"])
        .query("window == window_days")
        .rename(columns={"causality": "judged"})
    )
    room = (width - left) / len(cohorts)
    pitch = min(theme.SQUARE, room / (squares.events.max() + 0.5))
    start = {cohort: left + room * place for place, cohort in enumerate(cohorts)}
    squares = panels.piled(squares.loc[squares.index.repeat(squares.events)], ["row", "cohort"])
    squares["x"] = squares.cohort.map(start) + pitch * (squares.place + 0.5)
    totals = heads.merge(pd.DataFrame({"cohort": cohorts}), how="cross")
    sums = table.groupby(["window_days", "cohort"]).events.sum()
    totals["text"] = [f"{row.cohort}: {sums.get((row.window, row.cohort), 0)}" for row in totals.itertuples()]
    x, y = units.canvas(width, height)
    places = totals.assign(x=totals.cohort.map(start))
    ink = {"hues": {**JUDGED, "frame": theme.PAPER}, "field": "judged", "shape": "square"}
    name, size = alt.XValue(0), (pitch - theme.GAP / 2) ** 2
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
    framed = swatches.judged == "frame"
    for part, at, area, heavy in (
        (squares[~squares.serious], "x", size, False),
        (swatches[~framed], "at", theme.DOT, False),
        (squares[squares.serious], "x", size, True),
        (swatches[framed], "at", theme.DOT, True),
    ):
        edge = {"edge": theme.INK, "thick": theme.THICK} if heavy else {"edge": theme.SEEN, "thick": 1}
        layers += [marks.dots(part, x(at), y("row"), size=area, **edge, **ink)] if len(part) else []
    return alt.layer(*layers, width=width, height=height)


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
    yield {"kind": "period", "text": _period(window), "window": window}
    for group, name in GROUPS.items():
        part = events[events.group == group]
        if part.empty:
            continue
        yield {"kind": "group", "text": name, "window": window}
        found = part.groupby(["term", "plain_term", "causality"], sort=False).agg(
            many=("events", "sum"), serious=("serious", "any")
        )
        for row in found.reset_index().sort_values("many", ascending=False, kind="stable").itertuples():
            text = marks.folded(row.plain_term + (" (serious)" if row.serious else ""), letters)
            yield {"kind": "term", "text": text, "window": window, "term": row.term, "causality": row.causality}


def _windows(table):
    return sorted(set(table.window_days), key=lambda window: int(window.split("-")[0]))


def _period(window):
    first, last = (int(day) for day in window.split("-"))
    return f"Days {first} to {last}" if last < 100 else f"Day {first} to week {last / 7:g}"


def events_by_dose(table, width):
    """One square an event in a row a dose, the first period on the left, the later one on the right.

    `table`: as for `forty_four_events`.
    """
    windows, cohorts = _windows(table), sorted(set(table.cohort))
    counts = table.groupby(["cohort", "window_days"]).events.sum().unstack(fill_value=0)
    counts = counts.reindex(index=cohorts, columns=windows, fill_value=0)
    totals, half = counts.sum(axis=1), len(cohorts) // 2
    if totals.iloc[-half:].sum() < totals.iloc[:half].sum():
        finding = "Fewer events at higher doses is not protection"
    else:
        finding = "Events by dose cannot be read as an effect of the dose"
    subtitle = (
        "One square = one event, not one person: one person with many colds moves a whole row. Few people a "
        "dose, one dose after the other, nobody to compare with. Reported."
    )
    told = (
        f"Unit chart of events by dose: {words.listed([f'{name} {total}' for name, total in totals.items()])}; in "
        f"{_period(windows[0]).lower()} {words.listed(counts[windows[0]])}. Events are not people, so this cannot be "
        f"read as an effect of the dose. Reported."
    )
    return figure(_rows_of_squares(counts, width), finding, subtitle, told, width)


def _rows_of_squares(counts, width):
    """A row a dose; places are counted in squares, with room for the longest row of a period, its name and a number."""
    heads = pd.DataFrame({"text": [_period(window) for window in counts.columns]})
    needed = np.maximum(counts.max().to_numpy(), heads.text.str.len() / 2) + 2
    heads["x"] = needed.cumsum() - needed
    rows = pd.DataFrame({"name": [f"Dose {name}" for name in counts.index]})
    rows["total"], rows["row"] = counts.sum(axis=1).astype(str).to_numpy(), theme.FIGURE * (rows.index + 1.5)
    rows["top"] = rows.row - theme.FIGURE / 2
    cells = counts.stack().rename("many").reset_index()
    cells["row"] = cells.cohort.map(dict(zip(counts.index, rows.row, strict=True)))
    cells["start"], cells["text"] = (
        cells.window_days.map(dict(zip(counts.columns, heads.x, strict=True))),
        cells.many.astype(str),
    )
    cells["end"] = cells.start + cells.many + 1 / 2
    squares = panels.piled(cells.loc[cells.index.repeat(cells.many)], ["cohort", "window_days"])
    squares["x"] = squares.start + squares.place + 0.5
    left, across = theme.BOLD_ROOM * rows["name"].str.len().max() + theme.GAP, needed.sum() + 2
    pitch, height = min(theme.STEP, (width - left) / across), theme.FIGURE * (len(rows) + 1)
    x, y = marks.across([0, across], left, left + pitch * across), marks.down(height)
    edge, right, first = alt.XValue(0), alt.XValue(width - 1), alt.YValue(theme.FIGURE / 2)
    hued = {"hues": marks.hues(list(counts.index)), "field": "cohort"}
    layers = [
        marks.level(rows, y("top"), 1, width - 2),
        marks.dots(squares, x("x"), y("row"), shape="square", size=(pitch - 2) ** 2, **hued),
        marks.label(cells, "text", x("end"), y("row"), color=theme.MUTED),
        marks.label(rows, "name", edge, y("row"), bold=True),
        marks.label(rows, "total", right, y("row"), bold=True, align="right"),
        marks.label(heads, "text", x("x"), first, color=theme.MUTED),
        marks.label(pd.DataFrame({"text": ["In all"]}), "text", right, first, align="right", color=theme.MUTED),
    ]
    return alt.layer(*layers, width=width, height=height)


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
    told = (
        f"Falling line, both axes logarithmic: people watched without harm, and the most frequent harm still possible "
        f"(exact, one-sided {level}): {points}. Worked out."
    )
    return figure(curves.drawn(layers, on), _ruled_out(marked), subtitle, told, width)


def _ruled_out(marked):
    own, last = marked[marked.this_trial].iloc[0], marked.loc[marked.people.idxmax()]
    if last.people > own.people:
        return (
            f"Ruling out a harm that strikes {words.one_in(last.rate)} takes "
            f"{words.number(last.people)} people, not {words.number(own.people)}"
        )
    return f"{words.number(own.people)} people without harm rule out harm that strikes {words.one_in(own.rate)}"


def none_chosen(table, width, people, confidence):
    """The chance that nobody is harmed, for a number of people and a confidence that the reader chooses.

    `table`: people, confidence, rate (whole per cent), probability, largest_rate (shares). `people` and `confidence` (whole
    per cent): the printed choice; each slider steps through the values of the table, which are evenly spaced.
    """
    rows = table[["people", "confidence", "rate"]].assign(
        chance=(100 * table.probability).round(2), limit=(100 * table.largest_rate).round(2)
    )
    limits = rows.drop_duplicates(["people", "confidence"]).copy()
    limits["reading"] = [
        f"{words.number(row.people)} people, none harmed:\nrates up to {words.percent(limit)} still fit\n"
        f"(exact, one-sided {row.confidence}%)"
        for row, limit in zip(limits.itertuples(), table.largest_rate[limits.index], strict=True)
    ]
    on = curves.plane(
        width,
        [0, float(rows.rate.max())],
        [0, 100],
        "True rate of harm, % of people (assumed)",
        above=3,
        height=theme.LOW,
        tickCount=5,
    )
    sizes = "datum.people == people_treated"
    both = f"{sizes} && datum.confidence == how_sure"
    drawn = rows[rows.confidence == confidence]
    layers = [
        marks.where(sizes, marks.line, drawn, on.x("rate"), on.y("chance"), smooth=True),
        marks.where(both, curves.upright, limits, "limit", on, color=theme.SEEN, width=2),
        marks.where(both, curves.over, limits, "reading", on),
    ]
    at = limits[(limits.people == people) & (limits.confidence == confidence)].iloc[0]
    subtitle = (
        "Line = chance that nobody is harmed; dashed = largest rate that none harmed still fits (exact, "
        "one-sided). Worked out exactly from assumed rates."
    )
    told = (
        f"Falling curve: chance that nobody is harmed against the true rate of harm in %. With {people} people and none harmed, "
        f"rates up to {words.percent(at.limit / 100)} still fit (exact, one-sided {confidence}%). Worked out from assumed rates."
    )
    chosen = [
        marks.slider("people_treated", "People treated", rows.people.unique().tolist(), people),
        marks.slider("how_sure", "Confidence, %", rows.confidence.unique().tolist(), confidence),
    ]
    finding = "More people make the possible harm smaller, but never nothing"
    return figure(curves.drawn(layers, on), finding, subtitle, told, width, controls=chosen)


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
    told = (
        f"Line-up of {words.in_words(rows.panel.nunique())} small column charts, events at {words.in_words(len(cohorts))} doses each. One is "
        "reported, the others are simulated without a dose effect. Which is real? The numbers of every panel stand in the table; the answer "
        "is folded below."
    )
    return figure(chart, f"One of these is the trial; in {others}, dose does nothing. Which?", subtitle, told, width)
