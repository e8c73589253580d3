"""Drawings of chapter 06: what happens without these cells, how many people live with MS, and when it all happened."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import marks, theme

TYPES = {"ppms": "primary progressive", "spms": "secondary progressive", "mixed": "several types"}
MILLION = 1_000_000


def progression(table, width):
    """Lollipops: the share of people on placebo who got measurably worse, a line for each trial and definition.

    `table`: trial, population, outcome, share, people, weeks, affected (how affected they were at the start, words);
    empty where not read.
    """
    rows = pd.DataFrame(
        {
            "name": table.trial,
            "share": 100 * table.share,
            "text": [f"{words.plain(100 * share, 1)}%" for share in table.share],
        }
    )
    rows["note"] = [
        "; ".join(
            part
            for part in (
                f"{TYPES.get(row.population, row.population)}",
                row.outcome,
                "" if pd.isna(row.people) else f"{words.number(row.people)} people",
                "" if pd.isna(row.weeks) or " over " in row.outcome else f"{words.number(row.weeks)} weeks",
                row.affected,
            )
            if part
        )
        for row in table.itertuples()
    ]
    fewest, most = table.share.min(), table.share.max()
    if fewest >= 0.5:
        finding = "On placebo, most people got measurably worse in each of these trials"
    elif most <= 0.5:
        finding = "On placebo, most people did not get measurably worse in any of these trials"
    else:
        finding = f"On placebo, {words.between(fewest, most)} of people got measurably worse"
    subtitle = (
        "Dot = share of one placebo group who got worse by that trial's own rule. As reported; definitions, "
        "lengths and people differ, so nothing is pooled. No number of people or weeks: not in what we read."
    )
    weeks = sorted({int(length) for length in table.weeks.dropna()})
    ends = " to ".join(words.number(end) for end in sorted({weeks[0], weeks[-1]})) if weeks else ""
    lasting = f", over {ends} weeks where read" if weeks else ""
    chart = _lollipops(rows, width, "share", 100, [0, 25, 50, 75, 100], "People who got worse, %", finding, subtitle)
    return theme.finish(
        chart,
        f"Lollipops, share of people on placebo who got measurably worse, in %, {words.in_words(len(rows))} results: "
        f"from {words.percent(fewest)} ({table.trial[table.share.idxmin()]}) to {words.percent(most)} "
        f"({table.trial[table.share.idxmax()]}){lasting}. Reported.",
    )


def prevalence(table, width):
    """Lollipops: counts of people living with MS, a line for each source.

    `table`: place, year, value, lower, upper (empty where not read), note; sources on the first place named are
    compared in the title.
    """
    ordered = table.sort_values(["place", "value"], ascending=[True, False], kind="stable", ignore_index=True)
    rows = pd.DataFrame(
        {
            "name": [
                f"{row.place}, {'year not named' if pd.isna(row.year) else int(row.year)}"
                for row in ordered.itertuples()
            ],
            "share": ordered.value / MILLION,
            "note": [_limits(row) + ("" if pd.isna(row.note) else row.note) for row in ordered.itertuples()],
            "text": [f"{words.significant(value / MILLION)} million" for value in ordered.value],
        }
    )
    place = table.place.iloc[0]
    counts = table.value[table.place == place]
    ratio = counts.max() / counts.min()
    if len(counts) < 2:
        finding = "How many people live with MS, by source"
    elif ratio >= 1.5:
        finding = f"For the {place} sources differ {words.number(ratio, 1)}-fold: they count different people"
    else:
        finding = f"For the {place} sources agree within {words.percent(ratio - 1)}"
    subtitle = (
        "Dot = people living with MS by one source, as reported; small type = its limits, if read, and how it counted."
    )
    longest = rows.share.max()
    step = 0.5 if longest < 4 else 1
    values = [step * place for place in range(int(longest / step) + 1)]
    chart = _lollipops(rows, width, "share", longest, values, "People living with MS, millions", finding, subtitle)
    told = words.listed([f"{name}: {text}" for name, text in zip(rows["name"], rows.text, strict=True)])
    return theme.finish(chart, f"Lollipops of people living with MS by source: {told}. Reported.")


def _limits(row):
    if pd.isna(row.lower):
        return ""
    return f"{words.between(row.lower, row.upper, words.number)}; "


def _lollipops(rows, width, field, longest, values, axis, finding, subtitle):
    """One line a row: its name, a note in small type, a dot with its number; on a phone the words stand above."""
    wide = width >= 500
    rows = rows.assign(zero=0.0, note=[marks.folded(words.sentence(note), 50 if wide else 54) for note in rows.note])
    deep = [15 * (note.count("\n") + 1) if note else 0 for note in rows.note]
    tall = [17 + lines + (14 if wide else 34) for lines in deep]
    tops = [float(sum(tall[:place])) for place in range(len(tall))]
    rows["name_row"] = [top + 10 for top in tops]
    rows["note_row"] = rows.name_row + 16
    rows["row"] = [top + each / 2 - 2 if wide else top + each - 22 for top, each in zip(tops, tall, strict=True)]
    height = float(sum(tall))
    left, right = (310, width - 74) if wide else (8, width - 78)
    x, y = marks.across([0, longest], left, right, title=axis, values=values), marks.down(height)
    zero = pd.DataFrame({"zero": [0.0], "top": [0.0], "foot": [height]})
    layers = [
        *([marks.rule(zero, x("zero"), y("top"), y2="foot", color=theme.COMPARATOR)] if wide else []),
        marks.rule(rows, x("zero"), y("row"), x2=field, width=2.5, color=theme.NO_EFFECT),
        marks.dots(rows, x(field), y("row"), color=theme.COMPARATOR, edge=theme.PAPER, size=170),
        marks.label(rows, "text", x(field), y("row"), dx=12, bold=True),
        marks.label(rows, "name", alt.XValue(2), y("name_row"), bold=True),
        marks.label(rows, "note", alt.XValue(2), y("note_row"), color=theme.MUTED),
    ]
    return marks.plot(layers, width, height, theme.title(finding, subtitle, width))


def timeline(table, width):
    """Events in order, each tied to its place on a scale of years: this trial dark, harm in the accent, the rest grey.

    `table`: date ("2017", "2017-05" or "2017-05-31"), about (stems, other_trial, rule, harm), event (one sentence).
    """
    wide = width >= 500
    rows = table[["date", "about", "event"]].astype({"date": str})
    rows["year"] = [_decimal_year(date) for date in rows.date]
    rows = rows.sort_values("year", kind="stable").reset_index(drop=True)
    letters, scale_x, bend, text_x = (86, 44, 84, 98) if wide else (41, 36, 62, 72)
    rows["text"] = [marks.folded(event, letters) for event in rows.event]
    tall = [15 * (text.count("\n") + 1) + (8 if wide else 10) for text in rows.text]
    height = sum(tall) + 4
    rows["row"] = [sum(tall[:place]) + 10.0 for place in range(len(rows))]
    first, last = int(rows.year.min()), int(rows.year.max()) + 1
    step = 2 if last - first > 8 else 1
    rows["at"] = (rows.year - first) / (last - first) * (height - 20) + 10
    rows["scale"], rows["bend"], rows["text_x"] = scale_x, bend, text_x
    years = pd.DataFrame({"year": range(first, last + 1, step)})
    years["at"], years["scale"] = (years.year - first) / (last - first) * (height - 20) + 10, scale_x
    years["name"], years["tick"], years["name_x"] = years.year.astype(str), scale_x - 5, scale_x - 9
    rod = pd.DataFrame({"scale": [scale_x], "from": [10.0], "to": [height - 10.0]})
    ink = {"stems": theme.COHORT["D"], "harm": theme.CAUTION, "other": theme.COMPARATOR}
    rows["ink"] = [about if about in ink else "other" for about in rows.about]
    rows["own"] = rows.about == "stems"
    x, y = marks.across([0, width], 0, width), marks.down(height)
    layers = [
        marks.rule(rod, x("scale"), y("from"), y2="to", color=theme.COMPARATOR),
        marks.rule(years, x("tick"), y("at"), x2="scale", color=theme.COMPARATOR),
        marks.label(years, "name", x("name_x"), y("at"), align="right", color=theme.MUTED),
        _ties(rows, x, y),
        marks.dots(
            rows.sort_values("own", kind="stable"),
            x("scale"),
            y("at"),
            shape="diamond",
            size=95,
            edge=theme.PAPER,
            hues=ink,
            field="ink",
        ),
        *[
            marks.label(rows[rows.own == own], "text", x("text_x"), y("row"), baseline="line-top", dy=-8, bold=own)
            for own in (False, True)
            if own in set(rows.own)
        ],
    ]
    span = f"from {first} to {last - 1}"
    own = [int(year) for year in rows.year[rows.own]]
    if own and min(own) < max(own):
        finding = f"This trial's dates run from {min(own)} to {max(own)}, those around it {span}"
    else:
        finding = f"The dates that matter here run {span}"
    subtitle = (
        "One mark = one event: dark and bold, this trial; grey, other trials and rules; red-brown, harm "
        "elsewhere. Reported; where only a year is known, the mark stands in its middle."
    )
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Timeline of {len(rows)} events {span}, one mark each, in order from top to bottom; {int(rows.own.sum())} are "
        f"of this trial. All are listed with their dates in the table. Reported.",
    )


def _ties(rows, x, y):
    ends = pd.concat(
        [
            pd.DataFrame({"tie": rows.index, "x": rows.scale, "y": rows["at"], "order": 0}),
            pd.DataFrame({"tie": rows.index, "x": rows.bend, "y": rows.row, "order": 1}),
            pd.DataFrame({"tie": rows.index, "x": rows.text_x - 4, "y": rows.row, "order": 2}),
        ]
    )
    return (
        alt.Chart(ends)
        .mark_line(color=theme.RULE, strokeWidth=1, aria=False)
        .encode(x=x("x"), y=y("y"), detail=alt.Detail("tie:N"), order=alt.Order("order:Q"))
    )


def _decimal_year(date):
    year, month, day = ([int(part) for part in date.split("-")] + [None, None])[:3]
    if month is None:
        return year + 0.5
    return year + (month - 1 + ((15 if day is None else day) - 1) / 31) / 12
