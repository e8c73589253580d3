"""Drawings of chapter 07: a reader's own trial, or the simulated example; people are a cohort and a running number."""

from math import floor, log10

import altair as alt
import pandas as pd

from trial import words
from trial.charts import marks, theme

SORTS = {"other": (theme.COMPARATOR, "other"), "severe": (theme.INK, "severe"), "serious": (theme.CAUTION, "serious")}
LETTERS = 24  # of a name that stands on a drawing


def _short(name):
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"


def _of(simulated):
    return "Simulated" if simulated else "From the files given"


def _in(simulated):
    return "In this simulated trial, " if simulated else ""


def _shown(number):
    return words.plain(number, digits=3)


def _axis(low, high, left, right, row, name):
    """Ticks between two limits in pixels and the name of the axis below: two frames (name, at, row, top)."""
    spots = [(left + (right - left) * (value - low) / (high - low), value) for value in _ticks(low, high)]
    ticks = pd.DataFrame(
        [{"name": _shown(value), "at": at, "row": row + 14, "top": row, "end": row + 5} for at, value in spots]
    )
    return ticks, pd.DataFrame([{"name": name, "at": (left + right) / 2, "row": row + 32}])


def _drawn_axis(ticks, name, x, y):
    return [
        marks.rule(ticks, x("at"), y("top"), y2="end", color=theme.MUTED),
        marks.label(ticks, "name", x("at"), y("row"), align="center", color=theme.MUTED),
        marks.label(name, "name", x("at"), y("row"), align="center", color=theme.MUTED),
    ]


def _legend(entries, width, top):
    """Swatches with names in lines as wide as the drawing: a frame (name, at, text_at, row, key), and the row below."""
    at, row, made = 8.0, top, []
    for key, name in entries:
        need = 24 + 7.2 * len(name)
        if at > 8 and at + need > width:
            at, row = 8.0, row + 20
        made.append({"key": key, "name": name, "at": at, "text_at": at + 12, "row": row})
        at += need
    return pd.DataFrame(made), row + 20


def timeline(table, width, simulated, emergent):
    """When events began, one line a person under the name of the cohort, one square an event.

    `table`: cohort, number, day, sort (serious, severe or other), one row a dated event; people without one have no day.
    """
    x0, x1, step = 30.0, width - 16.0, 19.0
    legend, top = _legend([(sort, name) for sort, (_, name) in SORTS.items()], width, 8.0)
    heads, people, row = [], [], top + 8
    for cohort, part in table.groupby("cohort", sort=False):
        heads.append({"name": _short(cohort), "at": 2.0, "row": row})
        row += step
        for number in sorted(part.number.unique()):
            people.append(
                {
                    "cohort": cohort,
                    "number": number,
                    "name": str(number),
                    "at": 22.0,
                    "start": x0,
                    "end": x1,
                    "row": row,
                }
            )
            row += step
    heads, people, height = pd.DataFrame(heads), pd.DataFrame(people), row + 42
    dated = table[table.day.notna()].merge(people[["cohort", "number", "row"]], on=["cohort", "number"])
    low, high = (min(0.0, dated.day.min()), max(1.0, dated.day.max())) if len(dated) else (0.0, 1.0)
    dated["at"] = x0 + 8 + (x1 - x0 - 16) * (dated.day - low) / (high - low)
    ticks, name = _axis(low, high, x0 + 8, x1 - 8, row, "day of the trial")
    x, y = marks.across([0, width], 0, width), marks.down(height)
    layers = [
        marks.rule(people, x("start"), y("row"), x2="end"),
        *[
            marks.dots(
                part,
                x("at"),
                y("row"),
                shape="square",
                color=SORTS[sort][0],
                edge=theme.PAPER,
                size=80,
            )
            for sort in SORTS
            if len(part := dated[dated.sort == sort])
        ],
        marks.label(people, "name", x("at"), y("row"), align="right", color=theme.MUTED),
        marks.label(heads, "name", x("at"), y("row"), bold=True),
        *_drawn_axis(ticks, name, x, y),
        *[
            marks.dots(part, x("at"), y("row"), shape="square", color=SORTS[sort][0], size=80)
            for sort, part in legend.groupby("key")
        ],
        marks.label(legend, "name", x("text_at"), y("row")),
    ]
    with_event = dated.groupby(["cohort", "number"]).ngroups
    serious = dated[dated.sort == "serious"].groupby(["cohort", "number"]).ngroups
    finding = words.sentence(
        f"{_in(simulated)}{words.count_of(with_event, len(people))} people had an event with a known day, "
        f"{words.in_words(serious) if serious else 'none'} a serious one"
    )
    which = "events that began or got worse under treatment" if emergent else "all events"
    subtitle = f"One square = one event; one line = one person of the cohort named above it; {which}. {_of(simulated)}."
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Timeline, one square an event and one line a person, by cohort, from day {_shown(low)} to {_shown(high)}. "
        f"{words.sentence(words.count_of(with_event, len(people)))} people had an event with a known day, "
        f"{words.in_words(serious) if serious else 'none'} a serious one. {_of(simulated)}.",
    )


def _reach(values):
    low, high = min(0.0, values.min()), max(0.0, values.max())
    room = (high - low) * 0.06 or 1.0
    return low - room, high + room


def lines(table, width, cohorts, simulated):
    """Change from baseline over the visits, one panel a measure, one line a person in the colour of the cohort.

    `table`: parameter, visit, place (0 = baseline), cohort, number, change; `cohorts`: all of the trial, in order.
    """
    hues = marks.hues(cohorts)
    legend, top = _legend([(cohort, _short(cohort)) for cohort in hues], width, 8.0)
    right, tall, head, foot = 30.0, 150.0, 34.0, 26.0
    levels = [_shown(value) for _, part in table.groupby("parameter") for value in _ticks(*_reach(part.change))]
    left = max(54.0, 16 + 7.0 * max(len(text) for text in levels))
    x, parts, frames, ticks, names = marks.across([0, width], 0, width), [], [], [], []
    for panel, (parameter, part) in enumerate(table.groupby("parameter", sort=False)):
        start = top + head + panel * (head + tall + foot)
        low, high = _reach(part.change)
        places = sorted(part.place.unique())
        at = {
            place: left + (width - left - right) * order / max(len(places) - 1, 1) for order, place in enumerate(places)
        }
        level = lambda value, low=low, high=high, start=start: start + tall * (high - value) / (high - low)  # noqa: E731
        frames.append(
            {
                "name": _short(parameter),
                "at": 2.0,
                "title_row": start - 22,
                "left": left,
                "right": width - 8.0,
                "zero": level(0.0),
            }
        )
        ticks += [{"name": _shown(value), "at": left - 8, "row": level(value)} for value in _ticks(low, high)]
        kept = _apart([(at[place], str(visit)) for place, visit in zip(part.place, part.visit, strict=True)])
        names += [{"name": visit, "at": where, "row": start + tall + 12} for where, visit in kept]
        parts.append(
            part.assign(
                line=[f"{panel} {c} {n}" for c, n in zip(part.cohort, part.number, strict=True)],
                at=part.place.map(at),
                row=part.change.map(level),
            )
        )
    drawn, frames, ticks, names = pd.concat(parts), pd.DataFrame(frames), pd.DataFrame(ticks), pd.DataFrame(names)
    height = top + len(frames) * (head + tall + foot)
    y = marks.down(height)
    paint = marks.painted("cohort", hues)
    lines = (
        alt.Chart(drawn[["line", "at", "row", "cohort"]])
        .mark_line(strokeWidth=1.8, aria=False)
        .encode(x=x("at"), y=y("row"), detail=alt.Detail("line:N"), color=paint)
    )
    layers = [
        marks.rule(frames, x("left"), y("zero"), x2="right", color=theme.MUTED),
        lines,
        marks.dots(drawn, x("at"), y("row"), hues=hues, field="cohort", size=26),
        marks.label(frames, "name", x("at"), y("title_row"), bold=True),
        marks.label(ticks, "name", x("at"), y("row"), align="right", color=theme.MUTED),
        marks.label(names, "name", x("at"), y("row"), align="center", color=theme.MUTED),
        marks.dots(legend.rename(columns={"key": "cohort"}), x("at"), y("row"), hues=hues, field="cohort", size=90),
        marks.label(legend, "name", x("text_at"), y("row")),
    ]
    last = table[table.place == table.groupby("parameter").place.transform("max")]
    first = last[last.parameter == last.parameter.iloc[0]]
    down, up = int((first.change < 0).sum()), int((first.change > 0).sum())
    finding = (
        f"{_in(simulated)}{_short(first.parameter.iloc[0])} fell in {words.number(down)} and rose in {words.number(up)} "
        f"of {words.number(len(first))} by the last visit drawn"
    )
    subtitle = (
        f"One line = one person, in the colour of the cohort; change from that person's baseline. {_of(simulated)}."
    )
    return theme.finish(
        marks.plot(layers, width, height, theme.title(words.sentence(finding), subtitle, width)),
        f"Line chart, one line a person, change from baseline over the visits, {words.things(len(frames), 'measure')}. "
        f"{words.sentence(_short(first.parameter.iloc[0]))}: fell in {words.number(down)}, rose in {words.number(up)} by the last visit. {_of(simulated)}.",
    )


def _ticks(low, high):
    """Two to five round values between two limits, zero among them where it lies between.

    >>> _ticks(-13.5, 4.2)
    [-10.0, -5.0, 0.0]
    """
    rough = (high - low) / 4
    unit = 10 ** floor(round(log10(rough), 9))
    step = next(unit * lead for lead in (1, 2, 5, 10) if unit * lead >= rough)
    first = -floor(-low / step)
    return [round(step * at, 12) + 0.0 for at in range(first, floor(high / step) + 1)]


def _dodged(places):
    """Places with a shift up or down for those that would cover the one before.

    >>> _dodged([10.0, 12.0, 40.0])
    [(10.0, 0), (12.0, -8), (40.0, 0)]
    """
    made = []
    for at in sorted(places):
        near = [shift for other, shift in made if at - other < 10]
        made.append((at, next((shift for shift in (0, -8, 8) if shift not in near), 0)))
    return made


def _apart(places):
    """Names that do not touch, each at its place, with the first and as many others as fit."""
    kept, end = [], -1e9
    for at, name in sorted(set(places)):
        name = name if len(name) <= 12 else f"{name[:11]}…"
        if at - 3.6 * len(name) > end:
            kept.append((at, name))
            end = at + 3.6 * len(name)
    return kept


def values(table, width, cohorts, visit, simulated):
    """Change at one visit, every person a dot in the row of the cohort, the mean a line; one panel a measure.

    `table`: parameter, cohort, number, change; `cohorts`: all of the trial, in order; one without people keeps its row.
    """
    hues = marks.hues(cohorts)
    left, right, step, head, foot = 12.0, 12.0, 40.0, 30.0, 30.0
    x, drawn, means, frames, zeros, ticks, names = marks.across([0, width], 0, width), [], [], [], [], [], []
    for panel, (parameter, part) in enumerate(table.groupby("parameter", sort=False)):
        start = head + panel * (head + foot + step * len(cohorts))
        low, high = _reach(part.change)
        across = lambda value, low=low, high=high: left + (width - left - right) * (value - low) / (high - low)  # noqa: E731
        end = start + step * len(cohorts)
        frames.append({"name": _short(parameter), "at": 2.0, "row": start - 16})
        ticks += [{"name": _shown(value), "at": across(value), "row": end + 12} for value in _ticks(low, high)]
        for order, cohort in enumerate(cohorts):
            here = part[part.cohort == cohort]
            row = start + step * order + 26
            names.append({"name": f"{_short(cohort)}: {words.number(len(here))}", "at": 2.0, "row": row - 18})
            zeros.append({"at": across(0.0), "row": row - 9, "end": row + 14})  # beside the dots, not through the names
            drawn += [
                {"at": at, "row": row + shift, "cohort": cohort} for at, shift in _dodged(here.change.map(across))
            ]
            if len(here):
                means.append({"at": across(here.change.mean()), "row": row - 7, "end": row + 9})
    drawn, means, frames, zeros, ticks, names = map(pd.DataFrame, (drawn, means, frames, zeros, ticks, names))
    height = len(frames) * (head + foot + step * len(cohorts))
    y = marks.down(height)
    layers = [
        marks.rule(zeros, x("at"), y("row"), y2="end", color=theme.MUTED),
        marks.dots(drawn, x("at"), y("row"), hues=hues, field="cohort", edge=theme.PAPER, size=90),
        marks.rule(means, x("at"), y("row"), y2="end", color=theme.CAUTION, width=2.5),
        marks.label(frames, "name", x("at"), y("row"), bold=True),
        marks.label(names, "name", x("at"), y("row"), color=theme.MUTED),
        marks.label(ticks, "name", x("at"), y("row"), align="center", color=theme.MUTED),
    ]
    first = table[table.parameter == table.parameter.iloc[0]]
    mean = first.groupby("cohort", sort=False).change.mean()
    if len(mean) < 2:
        finding = f"{_in(simulated)}{_short(first.parameter.iloc[0])} changed by {_shown(first.change.mean())} on average, in one cohort"
    else:
        top = first.groupby("cohort").change
        apart = top.min().max() > top.max().min()
        finding = (
            f"{_in(simulated)}{_short(first.parameter.iloc[0])}: mean change from {_shown(mean.min())} to {_shown(mean.max())} by cohort, "
            f"{'some cohorts do not overlap' if apart else 'all cohorts overlap'}"
        )
    subtitle = f"One dot = one person; line = mean of the cohort; change from baseline at {visit}; the number is of people. {_of(simulated)}."
    said = ", ".join(f"{_short(cohort)} {_shown(value)}" for cohort, value in list(mean.items())[:4])
    return theme.finish(
        marks.plot(layers, width, height, theme.title(words.sentence(finding), subtitle, width)),
        f"Dot chart, one dot a person, change from baseline by cohort, {words.things(len(frames), 'measure')}. "
        f"Means of the first: {said}. {_of(simulated)}.",
    )


def volcano(table, width, alpha, simulated):
    """Mean change of each measure in SDs against its p-value, one dot a measure, those that pass a correction dark.

    `table`: parameter, sds, p_value, holm, bh; measures without a spread are left out.
    """
    table = table[table.sds.notna()]
    height, left, right, top = 300.0, 30.0, 30.0, 26.0
    reach = max(1.0, float(table.sds.abs().max()) if len(table) else 1.0) * 1.1
    lowest = min([alpha, *table.p_value]) / 2
    row = lambda p: top + (height - top - 10) * (log10(p) / log10(lowest))  # noqa: E731
    points = pd.DataFrame(
        {
            "sds": table.sds,
            "row": [row(p) for p in table.p_value],
            "sort": ["bh" if bh else "none" for bh in table.bh],
            "name": [_short(name) for name in table.parameter],
        }
    )
    points["row"] = height - points.row + top
    points["at"] = left + (width - left - right) * (points.sds + reach) / (2 * reach)
    named, used = [], []
    for point in points[points.sort == "bh"].sort_values("row").itertuples():
        if all(abs(point.row - other) >= 15 for other in used):
            used.append(point.row)
            named.append({"at": point.at, "row": point.row, "name": point.name, "side": point.sds > 0})
    frame = pd.DataFrame(
        {
            "start": [left],
            "end": [width - right],
            "row": [height - row(alpha) + top],
            "zero": [(left + width - right) / 2],
            "top": [top],
            "foot": [height],
        }
    )
    frame["text"], frame["text_row"] = f"p = {words.plain(alpha)}", frame.row - 9
    ticks, name = _axis(-reach, reach, left, width - right, height, "mean change, in standard deviations of the change")
    x, y = marks.across([0, width], 0, width), marks.down(height + 42)
    layers = [
        marks.rule(frame, x("zero"), y("top"), y2="foot"),
        marks.rule(frame, x("start"), y("row"), x2="end", color=theme.CAUTION, dash=(5, 4)),
        *[
            marks.dots(
                part,
                x("at"),
                y("row"),
                color=theme.INK if sort == "bh" else theme.COMPARATOR,
                edge=theme.PAPER,
                size=90,
            )
            for sort, part in points.groupby("sort")
        ],
        *[
            marks.label(
                part.drop(columns="side"),
                "name",
                x("at"),
                y("row"),
                align="right" if side else "left",
                dx=-9 if side else 9,
            )
            for side, part in (pd.DataFrame(named).groupby("side") if named else [])
        ],
        marks.label(frame, "text", x("start"), y("text_row"), color=theme.CAUTION),
        *_drawn_axis(ticks, name, x, y),
    ]
    passes, loose = int(table.bh.sum()), int((table.p_value <= alpha).sum())
    finding = words.sentence(
        f"{_in(simulated)}{words.number(loose)} of {words.number(len(table))} measures moved beyond {words.plain(alpha)} one by one, "
        f"{words.number(passes)} after correction for looking at all"
    )
    subtitle = f"One dot = one measure; right = rose, left = fell; higher up = smaller p-value; dark = passes Benjamini-Hochberg. {_of(simulated)}."
    return theme.finish(
        marks.plot(layers, width, height + 42, theme.title(finding, subtitle, width)),
        f"Scatter plot of {words.things(len(table), 'measure')}, mean change in standard deviations against p-value. "
        f"{words.sentence(words.number(loose))} at or below {words.plain(alpha)} uncorrected, {words.number(passes)} after correction. {_of(simulated)}.",
    )
