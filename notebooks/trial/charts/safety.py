"""Drawings of harm: the events that were reported, and what their counts leave open."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import curves, marks, panels, theme
from trial.charts.figure import figure
from trial.charts.rows import dot, line, margin, rows, upright

GROUPS = {
    "around_the_injection": "around the injection",
    "infection": "infections",
    "blood_value": "blood values",
    "other": "other",
}
JUDGED = {
    "definitely": theme.CAUTION,
    "probably": theme.CAUTION,
    "possibly": theme.CAUTION,
    "unlikely": theme.CAUTION_PALE,
    "not": theme.PAPER,
}
QUARTERS, PER_CENT = [0, 25, 50, 75, 100], "datum.value + '%'"
CURVES = {True: {"color": theme.INK}, False: {"color": theme.COMPARATOR, "width": 1.5}}
RELATED = ("definitely", "probably", "possibly")


def forty_four_events(table, width):
    """One square an event: what, when, at which dose, and how its cause was judged; empty doses keep their column.

    `table`: term, plain_term, group, window_days ("0-14"), cohort, events (zeros kept), causality, serious.
    """
    wide = width >= 500
    pitch, room, left, line = (17, 94, 248, 21) if wide else (10.5, 45, 160, 21)
    cohorts, windows = sorted(set(table.cohort)), sorted(set(table.window_days), key=_first_day)
    cohort_x = {name: left + room * place for place, name in enumerate(cohorts)}
    names, heads, totals, squares, row = [], [], [], [], 60.0 if wide else 88.0
    for window in windows:
        part = table[table.window_days == window]
        heads.append({"text": _period(window), "x": 2.0, "row": row, "top": row - 15})
        by_cohort = part.groupby("cohort").events.sum()
        totals += [{"text": f"{name}: {by_cohort.get(name, 0)}", "x": cohort_x[name], "row": row} for name in cohorts]
        row += line + 2
        for group, group_name in GROUPS.items():
            events = part[part.group == group]
            if events.empty:
                continue
            names.append({"text": group_name, "x": 2.0, "row": row, "kind": "group"})
            row += line - 3
            count = events.groupby(["term", "plain_term", "causality"], sort=False).events.sum()
            for (term, plain, causality), _ in sorted(count.items(), key=lambda item: -item[1]):
                rows = events[(events.term == term) & (events.causality == causality)]
                serious = bool(rows.serious.any())
                text = marks.folded(plain + (" (serious)" if serious else ""), 40 if wide else 27)
                names.append({"text": text, "x": 14.0 if wide else 6.0, "row": row, "kind": "term"})
                squares += [
                    {
                        "x": cohort_x[entry.cohort] + pitch * (place + 0.5),
                        "row": row,
                        "judged": causality,
                        "serious": entry.serious,
                    }
                    for entry in rows.itertuples()
                    for place in range(entry.events)
                ]
                row += line + 15 * text.count("\n")
        row += 22
    names, totals, heads, squares = (pd.DataFrame(made) for made in (names, totals, heads, squares))
    heads["end"], names["from"], names["to"] = width - 1.0, left - 1.0, width - 1.0
    height, judged = row - 28, table.groupby("causality").events.sum().reindex(list(JUDGED), fill_value=0)
    related = int(judged[list(RELATED)].sum())
    found = " or ".join(name for name in RELATED if judged[name]) or "related"
    empty = "".join(f"; {name}: 0" for name in RELATED if related and not judged[name])
    key = pd.DataFrame(
        [
            {"text": f"{found}: {related}{empty}", "judged": "probably"},
            {"text": f"unlikely: {judged['unlikely']}", "judged": "unlikely"},
            {"text": f"not: {judged['not']}", "judged": "not"},
            {"text": f"serious: {table.events[table.serious].sum()}", "judged": "frame"},
        ]
    )
    key["x"] = [158.0, 408, 500, 565] if wide else [9.0, 9, 124, 206]
    key["row"] = [12.0, 12, 12, 12] if wide else [30.0, 52, 52, 52]
    ask = pd.DataFrame({"text": ["Put down to the cells?"], "x": [2.0], "row": [12.0 if wide else 8.0]})
    x, y = marks.across([0, width], 0, width), marks.down(height)
    hues, size = {**JUDGED, "frame": theme.PAPER}, (pitch - 3.5) ** 2

    def boxes(data, edge, thick, area):
        return (
            alt.Chart(data[["x", "row", "judged"]])
            .mark_point(
                shape="square",
                size=area,
                opacity=1,
                stroke=edge,
                strokeWidth=thick,
                aria=False,
            )
            .encode(
                x=x("x"),
                y=y("row"),
                fill=alt.Fill("judged:N", legend=None, scale=alt.Scale(domain=list(hues), range=list(hues.values()))),
            )
        )

    grouped = names.kind == "group"
    layers = [
        marks.rule(heads, x("x"), y("top"), x2="end"),
        marks.label(heads, "text", x("x"), y("row"), bold=True, size=13),
        marks.label(totals, "text", x("x"), y("row"), bold=True),
        marks.label(ask, "text", x("x"), y("row"), bold=True),
        marks.rule(names[~grouped], x("from"), y("row"), x2="to"),
        marks.label(names[grouped], "text", x("x"), y("row"), color=theme.MUTED),
        marks.label(names[~grouped], "text", x("x"), y("row")),
        boxes(squares[~squares.serious], theme.CAUTION, 1, size),
        boxes(key[key.judged != "frame"], theme.CAUTION, 1, 110),
        *([boxes(squares[squares.serious], theme.INK, 2.5, size)] if squares.serious.any() else []),
        boxes(key[key.judged == "frame"], theme.INK, 2.5, 110),
        marks.label(key, "text", x("x"), y("row"), dx=11),
    ]
    early = table[(table.window_days == windows[0]) & table.causality.isin(RELATED)].events.sum()
    soon = "in the first two weeks" if windows[0] == "0-14" else f"in {_period(windows[0]).lower()}"
    if related == 0:
        finding = "No event was put down to the cells"
    elif early == related:
        finding = f"Everything put down to the cells came {soon}"
    else:
        finding = f"Of {words.things(related, 'event')} put down to the cells, {words.in_words(early)} came {soon}"
    total = int(table.events.sum())
    infections = table[table.group == "infection"].events.sum()
    subtitle = [
        "One square = one event, not one person; A to D = dose, from lowest to highest. Colour = the investigators' "
        "judgement. Reported in the paper's table 2; the groups are ours.",
        f"{infections} of {total} were infections, in people on anti-rejection drugs; in how many people, we did not "
        "read.",
    ]
    serious = int(table.events[table.serious].sum())
    when = "all by day 14" if early == related and windows[0] == "0-14" else f"{words.in_words(early)} of them {soon}"
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Unit chart, {words.things(total, 'event')} in {words.things(len(windows), 'period')} and "
        f"{words.things(len(cohorts), 'dose')}; {words.in_words(related)} put down to the cells"
        f"{', ' + when if related else ''}; {words.in_words(serious)} serious. Reported.",
    )


def _first_day(window):
    return int(window.split("-")[0])


def _period(window):
    first, last = (int(day) for day in window.split("-"))
    return f"Days {first} to {last}" if last < 100 else f"Day {first} to week {last / 7:g}"


def events_by_dose(table, width):
    """One square an event in a row a dose, the first period on the left, the later one on the right.

    `table`: as for `forty_four_events`.
    """
    wide = width >= 500
    windows, cohorts = sorted(set(table.window_days), key=_first_day), sorted(set(table.cohort))
    counts = (
        table.groupby(["cohort", "window_days"])
        .events.sum()
        .unstack(fill_value=0)
        .reindex(index=cohorts, columns=windows, fill_value=0)
    )
    most, line = counts.max(), 34 if wide else 30
    left, gap, total_room = (62, 30, 70) if wide else (24, 20, 54)
    pitch = min(20.0, (width - left - gap * (len(windows) - 1) - total_room) / sum(max(count, 7) for count in most))
    starts = [left + sum(max(count, 7) * pitch + gap for count in most.iloc[:place]) for place in range(len(windows))]
    squares = pd.DataFrame(
        [
            {"x": starts[across] + pitch * (place + 0.5), "row": 32.0 + line * (down + 0.5), "cohort": cohort}
            for down, cohort in enumerate(cohorts)
            for across, window in enumerate(windows)
            for place in range(counts.loc[cohort, window])
        ]
    )
    cells = pd.DataFrame(
        [
            {
                "x": starts[across] + pitch * counts.loc[cohort, window] + 6,
                "row": 32.0 + line * (down + 0.5),
                "text": str(counts.loc[cohort, window]),
            }
            for down, cohort in enumerate(cohorts)
            for across, window in enumerate(windows)
        ]
    )
    height, totals = 32.0 + line * len(cohorts), counts.sum(axis=1)
    ends = pd.DataFrame(
        {
            "name": [f"Dose {name}" if wide else name for name in cohorts],
            "total": [str(total) for total in totals],
            "row": [32.0 + line * (down + 0.5) for down in range(len(cohorts))],
            "left": 2.0,
            "right": float(width),
        }
    )
    heads = pd.DataFrame({"x": starts, "row": 10.0, "text": [_period(window) for window in windows]})
    sums = pd.DataFrame({"x": [float(width)], "row": [10.0], "text": ["In all" if wide else "All"]})
    rows = pd.DataFrame({"x": 1.0, "x2": width - 1.0, "row": [32.0 + line * down for down in range(len(cohorts) + 1)]})
    x, y = marks.across([0, width], 0, width), marks.down(height)
    layers = [
        marks.rule(rows, x("x"), y("row"), x2="x2"),
        marks.dots(
            squares, x("x"), y("row"), shape="square", size=(pitch - 2.5) ** 2, hues=marks.hues(cohorts), field="cohort"
        ),
        marks.label(cells, "text", x("x"), y("row"), color=theme.MUTED),
        marks.label(ends, "name", x("left"), y("row"), bold=True),
        marks.label(ends, "total", x("right"), y("row"), bold=True, align="right"),
        marks.label(heads, "text", x("x"), y("row"), color=theme.MUTED),
        marks.label(sums, "text", x("x"), y("row"), align="right", color=theme.MUTED),
    ]
    half = len(cohorts) // 2
    falls = totals.iloc[-half:].sum() < totals.iloc[:half].sum()
    finding = (
        "Fewer events at higher doses is not protection"
        if falls
        else "Events by dose cannot be read as an effect of the dose"
    )
    subtitle = (
        "One square = one event, not one person: one person with many colds moves a whole row. Few people a "
        "dose, one dose after the other, nobody to compare with. Reported."
    )
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Unit chart of events by dose: {words.listed([f'{name} {total}' for name, total in totals.items()])}; in "
        f"{_period(windows[0]).lower()} {words.listed(counts[windows[0]])}. Events are not people, so this cannot be "
        f"read as an effect of the dose. Reported.",
    )


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
            marks.dots(part, *place, size=theme.DOT, edge=theme.PAPER, color=theme.CAUTION if own else theme.INK)
            for own, part in marked.groupby("this_trial")
        ],
        *[
            curves.beside(part, "text", *place, above=early, bold=own)
            for (early, own), part in marked.groupby(["early", "this_trial"])
        ],
    ]
    level = words.percent(table.confidence.iloc[0])
    subtitle = f"Up: the most frequent harm still possible after none was seen (exact, one-sided, {level}). Worked out."
    points = words.listed([f"{words.number(row.people)} people {_often(row.rate)}" for row in marked.itertuples()])
    told = (
        f"Falling line, both axes logarithmic: people watched without harm, and the most frequent harm still possible "
        f"(one-sided, {level}): {points}. Worked out."
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


def none_seen(table, width):
    """The chance that nobody is harmed against the true rate of harm, one curve a size of trial.

    `table`: people, rate, probability (shares), marked (true at the readings), this_trial (true for its curve).
    """
    rows = table[["people", "marked", "this_trial"]].assign(rate=100 * table.rate, chance=100 * table.probability)
    on = curves.plane(
        width,
        [0, rows.rate.max()],
        [0, 100],
        "True rate of harm, % of people",
        levels=QUARTERS,
        level=PER_CENT,
        tickCount=5,
        format="d",
    )
    own_people, place = int(rows.people[rows.this_trial].iloc[0]), (on.x("rate"), on.y("chance"))
    readings = rows[rows.marked].assign(
        text=[
            (f"{words.percent(row.rate)} harmed: " if theme.wide(width) else "") + words.in_hundred(row.probability)
            for row in table[table.marked].itertuples()
        ]
    )
    # A curve is named where the space to its right is free: the smaller the trial, the higher up.
    names = (
        rows.assign(
            off=(
                rows.chance
                - [
                    17 if own else 35 if people < own_people else 8
                    for own, people in zip(rows.this_trial, rows.people, strict=True)
                ]
            ).abs()
        )
        .sort_values("off", kind="stable")
        .drop_duplicates("people")
    )
    names["text"] = [f"{people} people" if people > 1 else "one person" for people in names.people]
    layers = [
        *[
            marks.line(part, *place, field="people", smooth=True, **CURVES[own])
            for own, part in rows.groupby("this_trial")
        ],
        marks.dots(readings, *place, color=theme.CAUTION, edge=theme.PAPER, size=theme.DOT),
        curves.beside(readings, "text", *place),
        *[
            curves.beside(part, "text", *place, bold=own, color=theme.INK if own else theme.MUTED)
            for own, part in names.groupby("this_trial")
        ],
    ]
    read, size = table[table.marked], words.in_words(own_people)
    subtitle = "Up: chance that a trial of this size sees nobody harmed. Worked out exactly from assumed rates."
    said = words.listed(
        [f"{words.in_hundred(row.probability)} at {words.percent(row.rate)}" for row in read.itertuples()]
    )
    told = (
        f"Falling curves: chance that nobody is harmed, in %, against the true rate of harm, in %, for trials of "
        f"{words.listed(sorted(set(rows.people)))}; with {size}, {said}. Worked out from assumed rates."
    )
    return figure(curves.drawn(layers, on), _unseen(read, size), subtitle, told, width)


def _unseen(read, size):
    far = read[read.probability >= 1 / 4]
    chosen = read.iloc[0] if far.empty else far.loc[far.rate.idxmax()]
    rate = (
        f"Harm in {words.percent(chosen.rate)} of people" if far.empty else f"Even harm in {words.one_in(chosen.rate)}"
    )
    return f"{rate} would stay unseen in {words.in_hundred(chosen.probability)} trials of {size}"


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
        f"{words.number(row.people)} people, none harmed:\n{words.percent(limit)} could still be harmed\n"
        f"({row.confidence}% sure, one-sided)"
        for row, limit in zip(limits.itertuples(), table.largest_rate[limits.index], strict=True)
    ]
    on = curves.plane(
        width,
        [0, float(rows.rate.max())],
        [0, 100],
        "True rate of harm, % of people (assumed)",
        above=3,
        height=theme.LOW,
        levels=QUARTERS,
        level=PER_CENT,
        tickCount=5,
    )
    sizes = "datum.people == people_treated"
    both = f"{sizes} && datum.confidence == how_sure"
    drawn = rows[rows.confidence == confidence]
    layers = [
        marks.where(sizes, marks.line, drawn, on.x("rate"), on.y("chance"), smooth=True),
        marks.where(both, curves.upright, limits, "limit", on, color=theme.CAUTION, width=2),
        marks.where(both, curves.over, limits, "reading", on),
    ]
    at = limits[(limits.people == people) & (limits.confidence == confidence)].iloc[0]
    subtitle = (
        "Line = chance that nobody is harmed; dashed = largest rate that none harmed still fits (one-sided). "
        "Worked out exactly from assumed rates."
    )
    told = (
        f"Falling curve: chance that nobody is harmed against the true rate of harm in %. With {people} people and none harmed, "
        f"rates up to {words.percent(at.limit / 100)} still fit at {confidence}%, one-sided. Worked out from assumed rates."
    )
    chosen = [
        marks.slider("people_treated", "People treated", rows.people.unique().tolist(), people),
        marks.slider("how_sure", "Confidence, %", rows.confidence.unique().tolist(), confidence),
    ]
    finding = "More people make the possible harm smaller, but never nothing"
    return figure(curves.drawn(layers, on), finding, subtitle, told, width, controls=chosen)


def _limits(low, high):
    return words.between(max(low, 0), min(high, 1)).replace("less than ", "<").replace("more than ", ">")


def k_of_n(table, width):
    """Forest of people with an event over people treated, with exact limits; what was counted stands beside each line.

    `table`: trial, people_with, people, lower, upper (shares), counted (words), confidence; optional this_trial,
    pooled.
    """
    own, pooled = (table.get(name, pd.Series(False, table.index)) for name in ("this_trial", "pooled"))
    entries = pd.DataFrame(
        {
            "name": table.trial,
            "note": table.counted,
            "low": 100 * table.lower,
            "share": 100 * table.people_with / table.people,
            "high": 100 * table.upper,
            "text": [f"{row.people_with} of {row.people}" for row in table.itertuples()],
            "more": [_limits(row.lower, row.upper) for row in table.itertuples()],
            "hue": own.map({True: theme.COHORT["D"], False: theme.COMPARATOR}),
            "shape": pooled.map({True: "diamond", False: "circle"}),
        }
    )
    longest = 100 if entries.high.max() > 60 else 10 * (int(entries.high.max()) // 10 + 1)
    forest = (upright(), line("low", "high", "hue"), dot("share", "hue", "shape"), margin())
    values = list(range(0, longest + 1, 25 if longest == 100 else 10))
    drawing = rows(entries, forest, width, [0, longest], "People with the event, %", grid=True, values=values)
    level = words.percent(table.confidence.iloc[0])
    subtitle = (
        f"Dot = share counted; line = exact limits at {level} (two-sided). Counts reported, limits worked out; "
        "not the same people, and what was counted differs."
    )
    seen = table[~pooled]
    told = (
        f"Forest, shares of people in %, with exact {level} limits: {_fitting(entries[~pooled])}; upper limits "
        f"{words.percent(seen.upper.min())} to {words.percent(seen.upper.max())}. Counts reported, limits worked out."
    )
    return figure(drawing, _counts_agree(seen), subtitle, told, width)


def _fitting(entries):
    parts = [f"{row.name} {row.text}" for row in entries.itertuples(index=False)]
    # An alternative text has sixty words at most; the table below a figure has all rows.
    fitting = [part for place, part in enumerate(parts) if len(" ".join(parts[: place + 1]).split()) <= 34]
    more = len(parts) - len(fitting)
    return words.listed([*fitting, *([f"{words.in_words(more)} more"] if more else [])])


def _counts_agree(seen):
    how_many = words.in_words(len(seen))
    if not seen.people_with.any():
        return (
            f"Nobody was counted as harmed in {how_many} trials, yet none rules out harm in "
            f"about {words.percent(seen.upper.min())} of people"
        )
    if seen.lower.max() <= seen.upper.min():
        return f"One and the same share would fit all {how_many} counts"
    return f"No single share fits all {how_many} counts"


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
