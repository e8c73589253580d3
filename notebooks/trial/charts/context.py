"""Drawings of chapter 06: what happens without these cells, and when it all happened."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import marks, theme
from trial.charts.figure import figure
from trial.charts.rows import LOLLIPOP, rows

TYPES = {"ppms": "primary progressive", "spms": "secondary progressive", "mixed": "several types"}


def progression(table, width):
    """Lollipops: the share of people on placebo who got measurably worse, a line for each trial and definition.

    `table`: trial, population, outcome, share, people, weeks, affected (how affected they were at the start, words);
    empty where not read.
    """
    entries = pd.DataFrame(
        {
            "name": table.trial,
            "note": [_who(row) for row in table.itertuples()],
            "value": 100 * table.share,
            "text": [f"{words.plain(100 * share, 1)}%" for share in table.share],
            "head": table.population.map(TYPES).map("On placebo, {} MS".format),
        }
    )
    fewest, most = table.share.min(), table.share.max()
    subtitle = (
        "Dot = share of one placebo group who got worse by that trial's own rule. As reported; definitions, "
        "lengths and people differ, so nothing is pooled. No number of people or weeks: not in what we read."
    )
    weeks = sorted({int(length) for length in table.weeks.dropna()})
    ends = " to ".join(words.number(end) for end in sorted({weeks[0], weeks[-1]})) if weeks else ""
    lasting = f", over {ends} weeks where read" if weeks else ""
    told = (
        f"Lollipops, share of people on placebo who got measurably worse, in %, {words.in_words(len(table))} results: "
        f"from {words.percent(fewest)} ({table.trial[table.share.idxmin()]}) to {words.percent(most)} "
        f"({table.trial[table.share.idxmax()]}){lasting}. Reported."
    )
    drawing = rows(entries, LOLLIPOP, width, [0, 100], "People who got worse, %", values=[0, 25, 50, 75, 100])
    return figure(drawing, _worse(fewest, most), subtitle, told, width)


def _who(row):
    parts = (
        row.outcome,
        "" if pd.isna(row.people) else f"{words.number(row.people)} people",
        "" if pd.isna(row.weeks) or " over " in row.outcome else f"{words.number(row.weeks)} weeks",
        row.affected,
    )
    return words.sentence("; ".join(part for part in parts if part))


def _worse(fewest, most):
    """
    >>> _worse(0.32, 0.568)
    'On placebo, 32% to 57% of people got measurably worse'
    >>> _worse(0.5, 0.7)
    'On placebo, most people got measurably worse in each of these trials'
    >>> _worse(0.2, 0.5)
    'On placebo, most people did not get measurably worse in any of these trials'
    """
    if fewest >= 0.5:
        return "On placebo, most people got measurably worse in each of these trials"
    if most <= 0.5:
        return "On placebo, most people did not get measurably worse in any of these trials"
    return f"On placebo, {words.between(fewest, most)} of people got measurably worse"


def timeline(table, width):
    """Events in order, each tied to its place on a scale of years: this trial dark, harm in the accent, the rest grey.

    `table`: date ("2017", "2017-05" or "2017-05-31"), about (stems, other_trial, rule, harm), event (one sentence).
    """
    events = table[["date", "about", "event"]].assign(year=table.date.astype(str).map(_decimal_year))
    events = events.sort_values("year", kind="stable", ignore_index=True)
    first, last, ours = int(events.year.min()), int(events.year.max()), events.about == "stems"
    span, own = f"from {first} to {last}", [int(year) for year in events.year[ours]]
    if own and min(own) < max(own):
        finding = f"This trial's dates run from {min(own)} to {max(own)}, those around it {span}"
    else:
        finding = f"The dates that matter here run {span}"
    subtitle = (
        "One mark = one event: dark and bold, this trial; grey, other trials and rules; red-brown, harm "
        "elsewhere. Reported; where only a year is known, the mark stands in its middle."
    )
    told = (
        f"Timeline of {len(events)} events {span}, one mark each, in order from top to bottom; {int(ours.sum())} are "
        f"of this trial. All are listed with their dates in the table. Reported."
    )
    return figure(_tied(events, width, first, last + 1), finding, subtitle, told, width)


def _tied(events, width, first, last):
    """Words of events from top to bottom, their marks on a rod of years, a tie from each mark to its words."""
    rod, bend, start = 5 * theme.GAP, 9 * theme.GAP, 10 * theme.GAP
    folded = events.event.map(lambda event: marks.folded(event, int((width - start) / theme.BOLD_ROOM)))
    deep = theme.LINE * (1 + folded.str.count("\n")) + theme.GAP
    height = float(deep.sum())

    def down_to(year):
        return theme.GAP + (year - first) / (last - first) * (height - 2 * theme.GAP)

    lines = events[["about"]].assign(
        text=folded, top=deep.cumsum() - deep, at=down_to(events.year), rod=rod, bend=bend, start=start - theme.GAP / 2
    )
    lines["row"] = lines.top + theme.LINE / 2
    lines["hue"] = lines.about.map({"stems": theme.COHORT["D"], "harm": theme.SEEN}).fillna(theme.COMPARATOR)
    years = pd.DataFrame({"year": range(first, last + 1, 2 if last - first > 8 else 1)})
    years = years.assign(at=down_to(years.year), text=years.year.astype(str), rod=rod, tick=rod - theme.GAP / 2)
    ends = pd.DataFrame({"rod": [rod], "top": [down_to(first)], "foot": [down_to(last)]})
    x, y = marks.across([0, width], 0, width), marks.down(height)
    own = lines.about == "stems"
    layers = [
        marks.rule(ends, x("rod"), y("top"), y2="foot", color=theme.COMPARATOR),
        marks.rule(years, x("tick"), y("at"), x2="rod", color=theme.COMPARATOR),
        marks.label(years, "text", x("tick"), y("at"), align="right", dx=-theme.GAP / 2, color=theme.MUTED),
        marks.rule(lines, x("rod"), y("at"), x2="bend", y2="row"),
        marks.rule(lines, x("bend"), y("row"), x2="start"),
        marks.dots(
            lines.assign(own=own).sort_values("own", kind="stable"),
            x("rod"),
            y("at"),
            shape="diamond",
            edge=theme.PAPER,
            field="hue",
        ),
        *[
            marks.label(part, "text", alt.XValue(start), y("top"), baseline="line-top", bold=bold)
            for bold, part in lines.groupby(own)
        ],
    ]
    return alt.layer(*layers, width=width, height=height)


def _decimal_year(date):
    year, month, day = ([int(part) for part in date.split("-")] + [None, None])[:3]
    if month is None:
        return year + 0.5
    return year + (month - 1 + ((15 if day is None else day) - 1) / 31) / 12
