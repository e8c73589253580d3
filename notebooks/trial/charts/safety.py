"""Drawings of harm: the events that were reported, and what their counts leave open."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import marks, theme

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


def _upwards(low, high, height, values, left, text, log=False):
    """Vertical positions with a grid and labels that end where the plot begins, `left` pixels from the edge."""
    scale = alt.Scale(domain=[low, high], range=[height, 0], nice=False, **({"type": "log"} if log else {}))
    axis = alt.Axis(
        title=None, values=values, grid=True, labelExpr=text, domain=False, offset=6 - left, tickSize=0, labelPadding=0
    )
    return lambda field: alt.Y(f"{field}:Q", scale=scale, axis=axis)


def _often(rate):
    return words.one_in(rate) if rate < 0.1 else words.percent(rate)


def _at_most(share):
    # Rounded down: a share of which it is said that no limit lies below it.
    return words.percent(int(100 * share) / 100)


def rules_out(table, width):
    """People without an event against the most frequent harm still possible, both scales logarithmic.

    `table`: people, largest_rate (share, one-sided limit), label ("" where unmarked), this_trial (true once),
    confidence.
    """
    wide = width >= 500
    rows = table[["people", "this_trial"]].assign(rate=table.largest_rate, label=table.label.fillna(""))
    marked = rows[rows.label != ""].copy()
    left, height, longest = 66, 320, max(1000, rows.people.max())
    # Left of the middle a label stands above the falling line, right of it below.
    marked["side"] = ["left" if row.people < (30 if wide else 20) else "right" for row in marked.itertuples()]
    marked["text"] = [f"{words.number(row.people)} people: {row.label}" for row in marked.itertuples()]
    short = wide or marked.text.str.len().max() <= 24
    if not short:
        marked["text"] = marked.text.str.replace(": ", ":\n", n=1)
    own = marked[marked.this_trial].iloc[0]
    steps = [1 / one_in for one_in in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)]
    values = [rate for place, rate in enumerate(steps) if place == 0 or steps[place - 1] > rows.rate.min()]
    x = marks.across(
        [rows.people.min(), longest],
        left,
        width - 20,
        log=True,
        values=[1, 3, 10, 30, 100, 300, 1000],
        title="People watched, none of them harmed (log scale)",
        format=",",
    )
    y = _upwards(
        values[-1],
        1,
        height,
        values,
        left,
        log=True,
        text="datum.value == 1 ? 'everyone' : '1 in ' + format(round(1 / datum.value), ',')",
    )
    layers = [
        alt.Chart(rows[["people", "rate"]])
        .mark_line(color=theme.INK, strokeWidth=2, aria=False)
        .encode(x=x("people"), y=y("rate")),
        *[
            marks.dots(
                marked[marked.this_trial == this],
                x("people"),
                y("rate"),
                size=130,
                edge=theme.PAPER,
                color=theme.CAUTION if this else theme.INK,
            )
            for this in (False, True)
        ],
        *[
            marks.label(
                part,
                "text",
                x("people"),
                y("rate"),
                align=side,
                bold=this,
                dx=9 if side == "left" else -9,
                dy=5 if side == "right" else -5 if short else -20,
                baseline="line-bottom" if side == "left" else "line-top",
            )
            for (side, this), part in marked.groupby(["side", "this_trial"])
        ],
    ]
    last, level = marked.loc[marked.people.idxmax()], words.percent(table.confidence.iloc[0])
    if last.people > own.people:
        finding = (
            f"Ruling out a harm that strikes {words.one_in(last.rate)} takes "
            f"{words.number(last.people)} people, not {words.number(own.people)}"
        )
    else:
        finding = f"{words.number(own.people)} people without harm rule out harm that strikes {words.one_in(own.rate)}"
    subtitle = f"Up: the most frequent harm still possible after none was seen (exact, one-sided, {level}). Worked out."
    points = words.listed([f"{words.number(row.people)} people {_often(row.rate)}" for row in marked.itertuples()])
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Falling line, both axes logarithmic: people watched without harm, and the most frequent harm still possible "
        f"(one-sided, {level}): {points}. Worked out.",
    )


def none_seen(table, width):
    """The chance that nobody is harmed against the true rate of harm, one curve a size of trial.

    `table`: people, rate, probability (shares), marked (true at the readings), this_trial (true for its curve).
    """
    wide = width >= 500
    rows = pd.DataFrame(
        {
            "people": table.people,
            "rate": 100 * table.rate,
            "chance": 100 * table.probability,
            "marked": table.marked,
            "own": table.this_trial,
        }
    )
    left, right, height = 44, width - 20, 300
    x = marks.across(
        [0, rows.rate.max()],
        left,
        right,
        title="True rate of harm, % of people",
        values=list(range(0, 101, 10)),
        format="d",
    )
    y = _upwards(0, 100, height, [0, 25, 50, 75, 100], left, "datum.value + '%'")
    readings = rows[rows.marked].copy()
    readings["text"] = [
        (f"{words.percent(rate / 100)} harmed: " if wide else "") + words.in_hundred(chance / 100)
        for rate, chance in zip(readings.rate, readings.chance, strict=True)
    ]
    names, own_people = [], int(rows.people[rows.own].iloc[0])
    for people, curve in rows.groupby("people"):
        # A curve is named where the space to its right is free: the smaller the trial, the higher up.
        at = curve.iloc[(curve.chance - (17 if curve.own.all() else 35 if people < own_people else 8)).abs().argmin()]
        names.append(
            {
                "rate": at.rate,
                "chance": at.chance,
                "own": bool(at.own),
                "text": f"{people} people" if people > 1 else "one person",
            }
        )
    names = pd.DataFrame(names)
    layers = [
        alt.Chart(rows.loc[rows.own == own, ["people", "rate", "chance"]])
        .mark_line(
            color=theme.INK if own else theme.COMPARATOR,
            strokeWidth=2.5 if own else 1.5,
            interpolate="monotone",
            aria=False,
        )
        .encode(x=x("rate"), y=y("chance"), detail=alt.Detail("people:N"))
        for own in (False, True)
    ] + [
        marks.dots(readings, x("rate"), y("chance"), color=theme.CAUTION, edge=theme.PAPER, size=130),
        marks.label(readings, "text", x("rate"), y("chance"), dx=9, dy=-8),
        *[
            marks.label(
                names[names.own == own],
                "text",
                x("rate"),
                y("chance"),
                dx=9,
                dy=-6,
                bold=own,
                color=theme.INK if own else theme.MUTED,
            )
            for own in (False, True)
            if own in set(names.own)
        ],
    ]
    far, size = readings[readings.chance >= 25], words.in_words(own_people)
    if far.empty:
        chosen = readings.iloc[0]
        finding = (
            f"Harm in {words.percent(chosen.rate / 100)} of people would stay unseen in "
            f"{words.in_hundred(chosen.chance / 100)} trials of {size}"
        )
    else:
        chosen = far.loc[far.rate.idxmax()]
        finding = (
            f"Even harm in {words.one_in(chosen.rate / 100)} would stay unseen in "
            f"{words.in_hundred(chosen.chance / 100)} trials of {size}"
        )
    subtitle = "Up: chance that a trial of this size sees nobody harmed. Worked out exactly from assumed rates."
    told = words.listed(
        [
            f"{words.in_hundred(chance / 100)} at {words.percent(rate / 100)}"
            for rate, chance in zip(readings.rate, readings.chance, strict=True)
        ]
    )
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Falling curves: chance that nobody is harmed, in %, against the true rate of harm, in %, for trials of "
        f"{words.listed(sorted(set(rows.people)))}; with {size}, {told}. Worked out from assumed rates.",
    )


def none_chosen(table, width, people, confidence):
    """The chance that nobody is harmed, for a number of people and a confidence that the reader chooses.

    `table`: people, confidence, rate (whole per cent), probability, largest_rate (shares). `people` and `confidence` (whole
    per cent): the printed choice; each slider steps through the values of the table, which are evenly spaced.
    """
    height, inner = 250, width - 56
    rows = table[["people", "confidence", "rate"]].assign(
        chance=(100 * table.probability).round(2), limit=(100 * table.largest_rate).round(2)
    )
    limits = rows.drop_duplicates(["people", "confidence"]).copy()
    limits["reading"] = [
        f"{words.number(row.people)} people, none harmed:\n{words.percent(limit)} could still be harmed\n"
        f"({row.confidence}% sure, one-sided)"
        for row, limit in zip(limits.itertuples(), table.largest_rate[limits.index], strict=True)
    ]
    curves = rows[rows.confidence == confidence]
    x = marks.across(
        [0, float(rows.rate.max())], 0, inner, title="True rate of harm, % of people (assumed)", tickCount=5
    )
    up = alt.Y(
        "chance:Q",
        scale=alt.Scale(domain=[0, 100], range=[height, 0]),
        axis=alt.Axis(title=None, values=[0, 25, 50, 75, 100], format="d", labelExpr="datum.label + '%'"),
    )
    chosen = [
        marks.slider("people_treated", "People treated", rows.people.unique().tolist(), people),
        marks.slider("how_sure", "Confidence, %", rows.confidence.unique().tolist(), confidence),
    ]
    both = "datum.people == people_treated && datum.confidence == how_sure"
    layers = [
        alt.Chart(curves[["people", "rate", "chance"]])
        .mark_line(color=theme.INK, strokeWidth=2.5, interpolate="monotone", aria=False)
        .encode(x=x("rate"), y=up)
        .transform_filter("datum.people == people_treated"),
        alt.Chart(limits[["people", "confidence", "limit"]])
        .mark_rule(color=theme.CAUTION, strokeWidth=2, strokeDash=[4, 3], clip=True, aria=False)
        .encode(x=x("limit"), y=alt.YValue(0), y2=alt.Y2Value(height))
        .transform_filter(both),
        alt.Chart(limits[["people", "confidence", "reading"]])
        .mark_text(
            align="right", baseline="top", fontSize=12, lineBreak="\n", lineHeight=16, color=theme.INK, aria=False
        )
        .encode(x=alt.XValue(inner - 6), y=alt.YValue(6), text=alt.Text("reading:N"))
        .transform_filter(both),
    ]
    at = limits[(limits.people == people) & (limits.confidence == confidence)].iloc[0]
    finding = "More people make the possible harm smaller, but never nothing"
    subtitle = (
        "Line = chance that nobody is harmed; dashed = largest rate that none harmed still fits (one-sided). "
        "Worked out exactly from assumed rates."
    )
    return theme.finish(
        marks.plot(layers, inner, height, theme.title(finding, subtitle, width)).add_params(*chosen),
        f"Falling curve: chance that nobody is harmed against the true rate of harm in %. With {people} people and none harmed, "
        f"rates up to {words.percent(at.limit / 100)} still fit at {confidence}%, one-sided. Worked out from assumed rates.",
    )


def _limits(low, high):
    return words.between(max(low, 0), min(high, 1)).replace("less than ", "<").replace("more than ", ">")


def interval_methods(table, width):
    """Every named interval for each count, one line a method; a method that does not serve a count keeps its row.

    `table`: people_with, people, method, sides, lower, upper (shares), confidence.
    """
    wide = width >= 500
    rows = table[["lower", "upper"]].reset_index(drop=True)
    rows["name"] = [row.method + ("" if row.sides == "two" else ", one-sided") for row in table.itertuples()]
    rows["count"] = [words.count_of(row.people_with, row.people) for row in table.itertuples()]
    rows["share"], rows["lower"] = (table.people_with / table.people).to_numpy(), rows.lower.clip(lower=0)
    rows["text"] = [_limits(low, high) for low, high in zip(rows.lower, rows.upper, strict=True)]
    methods, counts = list(dict.fromkeys(rows.name)), list(dict.fromkeys(rows["count"]))
    line, top, left = (24, 30, 226) if wide else (36, 30, 2)
    room, panel = (width - left) / (len(counts) if wide else 1), line * len(methods) + 52
    scale = (room - 94) / (1.04 * max(rows.upper.max(), 0.1))

    def start(at):
        return left + 4 + (room * at if wide else 0)

    def row(name, at, middle):
        return top + line * (methods.index(name) + middle) + (0 if wide else panel * at)

    rows["zero_x"] = [start(counts.index(count)) for count in rows["count"]]
    rows["text_x"] = rows.zero_x + room - 12
    for field in ("lower", "upper", "share"):
        rows[f"{field}_x"] = rows.zero_x + rows[field] * scale
    rows["row"] = [
        row(name, counts.index(count), 0.5 if wide else 0.75)
        for name, count in zip(rows.name, rows["count"], strict=True)
    ]
    rows["top"], rows["foot"] = rows.row - 9, rows.row + 9
    missing = pd.DataFrame(
        [
            {"x": start(at) + 4, "row": row(name, at, 0.5 if wide else 0.75), "text": "serves only counts of none"}
            for at, count in enumerate(counts)
            for name in methods
            if name not in set(rows.name[rows["count"] == count])
        ],
        columns=["x", "row", "text"],
    )
    heads = pd.DataFrame(
        [
            {"x": start(at) if wide else 2.0, "row": 10.0 + (0 if wide else panel * at), "text": words.sentence(count)}
            for at, count in enumerate(counts)
        ]
    )
    labels = pd.DataFrame(
        [
            {"x": 2.0, "row": row(name, at, 0.5 if wide else 0.3), "text": words.sentence(name)}
            for at in range(1 if wide else len(counts))
            for name in methods
        ]
    )
    height = top + line * len(methods) + (0 if wide else panel * (len(counts) - 1))
    x, y = marks.across([0, width], 0, width), marks.down(height)
    layers = [
        marks.rule(rows, x("zero_x"), y("top"), y2="foot", color=theme.COMPARATOR),
        marks.rule(rows, x("lower_x"), y("row"), x2="upper_x", width=2.5, color=theme.INK),
        marks.dots(rows, x("share_x"), y("row"), color=theme.INK, edge=theme.PAPER, size=80),
        marks.label(rows, "text", x("text_x"), y("row"), align="right"),
        marks.label(labels, "text", x("x"), y("row")),
        marks.label(heads, "text", x("x"), y("row"), bold=True, size=13),
        *([marks.label(missing, "text", x("x"), y("row"), color=theme.MUTED)] if len(missing) else []),
    ]
    level, upper = words.percent(table.confidence.iloc[0]), rows.groupby("count", sort=False).upper.agg(["min", "max"])
    finding = f"After {counts[0]}, every method leaves room for harm in {_at_most(upper['min'].iloc[0])} or more"
    subtitle = f"Dot = share seen; line = limits at {level}, from the same counts; limits below 0% are cut. Worked out."
    told = words.listed([f"{count}: {words.between(low, high)}" for count, (low, high) in upper.iterrows()])
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Forest of {len(methods)} named interval methods at {level}, shares of people in %; upper limits for {told}. "
        f"Worked out.",
    )


def k_of_n(table, width):
    """Forest of people with an event over people treated, with exact limits; what was counted stands above each line.

    `table`: trial, people_with, people, lower, upper (shares), counted (words), confidence; optional this_trial,
    pooled.
    """
    wide = width >= 500
    rows = table[["trial", "people_with", "people", "counted"]].reset_index(drop=True)
    flags = {name: list(table[name]) if name in table else [False] * len(table) for name in ("this_trial", "pooled")}
    rows["own"], rows["pooled"] = flags["this_trial"], flags["pooled"]
    rows["low"], rows["high"] = 100 * table.lower.to_numpy(), 100 * table.upper.to_numpy()
    rows["share"] = 100 * rows.people_with / rows.people
    rows["text"] = [f"{row.people_with} of {row.people}" for row in rows.itertuples()]
    rows["limits"] = [_limits(low / 100, high / 100) for low, high in zip(rows.low, rows.high, strict=True)]
    rows["name"] = [marks.folded(text, 46 if wide else 45) for text in rows.trial]
    rows["counted_text"] = [marks.folded(text, 46 if wide else 55) for text in rows.counted]
    named, deep = ([15 * (text.count("\n") + 1) for text in rows[field]] for field in ("name", "counted_text"))
    tall = [name + lines + (18 if wide else 44) for name, lines in zip(named, deep, strict=True)]
    tops = [float(sum(tall[:place])) for place in range(len(tall))]
    rows["name_row"] = [top + 4 for top in tops]
    rows["counted_row"] = [top + 4 + name for top, name in zip(tops, named, strict=True)]
    rows["row"] = [top + (each - 18) / 2 + 4 if wide else top + each - 28 for top, each in zip(tops, tall, strict=True)]
    rows["count_row"], rows["limits_row"] = (rows.row - 8, rows.row + 8) if wide else (rows.name_row + 6, rows.row)
    rows["tick"], rows["foot"] = (0.0, float(sum(tall))) if wide else (rows.row - 9, rows.row + 9)
    height = sum(tall)
    left, right = (286, width - 88) if wide else (10, width - 84)
    longest = 100 if rows.high.max() > 60 else 10 * (int(rows.high.max()) // 10 + 1)
    x = marks.across(
        [0, longest],
        left,
        right,
        title="People with the event, %",
        grid=wide,
        format="d",
        values=list(range(0, longest + 1, 25 if longest == 100 else 10)),
    )
    y, names = marks.down(height), alt.XValue(2)
    layers = [marks.rule(rows.assign(zero=0.0), x("zero"), y("tick"), y2="foot", color=theme.COMPARATOR)]
    for own in (False, True):
        part = rows[rows.own == own]
        hue = theme.COHORT["D"] if own else theme.COMPARATOR
        if len(part):
            layers += [
                marks.rule(part, x("low"), y("row"), x2="high", width=3, color=hue),
                *[
                    marks.dots(
                        part[part.pooled == pooled],
                        x("share"),
                        y("row"),
                        color=hue,
                        edge=theme.PAPER,
                        size=150,
                        shape="diamond" if pooled else "circle",
                    )
                    for pooled in (False, True)
                    if pooled in set(part.pooled)
                ],
            ]
    layers += [
        marks.label(rows, "name", names, y("name_row"), bold=True, baseline="line-top"),
        marks.label(rows, "counted_text", names, y("counted_row"), baseline="line-top", color=theme.MUTED),
        marks.label(rows, "text", alt.XValue(width - 2), y("count_row"), bold=True, align="right"),
        marks.label(rows, "limits", alt.XValue(width - 2), y("limits_row"), color=theme.MUTED, align="right"),
    ]
    seen = rows[~rows.pooled]
    how_many, level = words.in_words(len(seen)), words.percent(table.confidence.iloc[0])
    if not seen.people_with.any():
        finding = (
            f"Nobody was counted as harmed in {how_many} trials, yet none rules out harm in "
            f"about {words.percent(seen.high.min() / 100)} of people"
        )
    elif seen.low.max() <= seen.high.min():
        finding = f"One and the same share would fit all {how_many} counts"
    else:
        finding = f"No single share fits all {how_many} counts"
    subtitle = (
        f"Dot = share counted; line = exact limits at {level} (two-sided). Counts reported, limits worked out; "
        "not the same people, and what was counted differs."
    )
    parts = [f"{row.trial} {row.text}" for row in seen.itertuples()]
    # An alternative text has sixty words at most; the table below a figure has all rows.
    fitting = [part for place, part in enumerate(parts) if len(" ".join(parts[: place + 1]).split()) <= 34]
    more = len(parts) - len(fitting)
    told = words.listed([*fitting, *([f"{words.in_words(more)} more"] if more else [])])
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Forest, shares of people in %, with exact {level} limits: {told}; upper limits "
        f"{words.percent(seen.high.min() / 100)} to {words.percent(seen.high.max() / 100)}. Counts reported, limits "
        f"worked out.",
    )


def line_up(table, width):
    """Numbered panels of events by dose, the reported one hidden among simulated ones in which dose does nothing.

    `table`: panel (from 1), cohort, events. The picture does not say which panel is real.
    """
    across_, room, tall = (4 if width >= 500 else 3), 24, 84
    rows, cohorts = table[["panel", "cohort", "events"]].reset_index(drop=True), list(dict.fromkeys(table.cohort))
    cell, line = width / across_, tall + 34
    column, row = (rows.panel - 1) % across_, (rows.panel - 1) // across_
    unit, bar = tall / rows.events.max(), min(room, (cell - 24) / len(cohorts))
    rows["left"] = column * cell + 8 + bar * rows.cohort.map(cohorts.index) + 1
    rows["right"], rows["foot"] = rows.left + bar - 3, row * line + line - 8
    rows["head"] = rows.foot - unit * rows.events
    names = pd.DataFrame(
        {"at": column * cell + 8, "top": row * line + 8, "name": rows.panel.astype(str)}
    ).drop_duplicates()
    ground = rows.groupby("panel").agg(left=("left", "min"), right=("right", "max"), foot=("foot", "first"))
    height = line * (int(row.max()) + 1)
    scale = alt.Scale(domain=[0, width], range=[0, width], nice=False, zero=False)
    x, y = (lambda field: alt.X(f"{field}:Q", scale=scale, axis=None)), marks.down(height)
    panels = rows.panel.nunique()
    return theme.finish(
        marks.plot(
            [
                alt.Chart(rows[["left", "right", "head", "foot"]])
                .mark_rect(color=theme.COMPARATOR, aria=False)
                .encode(x=x("left"), x2=alt.X2("right:Q"), y=y("head"), y2=alt.Y2("foot:Q")),
                marks.rule(ground, x("left"), y("foot"), x2="right", color=theme.MUTED),
                marks.label(names, "name", x("at"), y("top"), bold=True),
            ],
            width,
            height,
            theme.title(
                f"One of these is the trial; in {words.in_words(panels - 1)}, dose does nothing. Which?",
                f"Columns = events at doses {words.listed(cohorts[:1])} to {cohorts[-1]}, left to right, one scale for all. "
                f"{words.sentence(words.in_words(panels - 1))} panels are simulated, one is reported.",
                width,
            ),
        ),
        f"Line-up of {words.in_words(panels)} small column charts, events at {words.in_words(len(cohorts))} doses each. One is reported, "
        f"the others are simulated without a dose effect. Which is real? The numbers of every panel stand in the table; the answer "
        "is folded below.",
    )
