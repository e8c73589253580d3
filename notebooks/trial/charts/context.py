"""Drawings of chapter 06: counts of people in other trials, each with its exact limits."""

import pandas as pd

from trial import words
from trial.charts import theme
from trial.charts.figure import figure
from trial.charts.rows import dot, line, margin, rows, upright

TYPES = {"ppms": "primary progressive", "spms": "secondary progressive", "mixed": "several types"}


def progression(table, width):
    """Forest of the share of people on placebo who got measurably worse, a line for each trial and definition.

    `table`: trial, population, outcome, share, people, weeks, affected (how affected its trial was at the start, words; empty
    where not read), overlap (words, or empty) and within (part of another row, not in the range of the title), lower and
    upper (exact limits of the share; missing where the people are), confidence.
    """
    entries = table.assign(
        counted=[_who(row) for row in table.itertuples()],
        text=[f"{words.plain(100 * share, 1)}%" for share in table["share"]],
        head=table["population"].map(TYPES).map("On placebo, {} MS".format),
    )
    apart = table[~table.within]
    lowest, highest = apart.loc[apart.share.idxmin()], apart.loc[apart.share.idxmax()]
    weeks = sorted({int(length) for length in table.weeks.dropna()})
    ends = " to ".join(words.number(end) for end in sorted({weeks[0], weeks[-1]})) if weeks else ""
    lasting = f", over {ends} weeks where read" if weeks else ""
    level = words.level(table.confidence.iloc[0])
    few = "" if pd.isna(highest.people) else f", {words.number(highest.people)} people"
    subtitle = (
        "Dot = share of one placebo group who got worse by that trial's own rule, as reported; line = its limits (exact, "
        f"two-sided {level}), worked out where the number of people was read. Lengths and people differ; nothing is pooled, and people may stand in two rows."
    )
    alt_text = (
        f"Forest, share of people on placebo who got measurably worse, in %, {words.in_words(len(table))} results: "
        f"from {words.percent(lowest.share)} ({lowest.trial}) to {words.percent(highest.share)} ({highest.trial}{few}){lasting}. "
        "Reported."
    )
    drawing = _forest(entries, width, "People who got worse, %")
    return figure(drawing, _worse(lowest.share, highest.share), subtitle, alt_text, width)


def _who(row):
    parts = (
        row.outcome,
        "" if pd.isna(row.people) else f"{words.number(row.people)} people",
        "" if pd.isna(row.weeks) or " over " in row.outcome else f"{words.number(row.weeks)} weeks",
        row.affected,
        row.overlap,
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


def got_better(table, width):
    """Forest of people who got better, the last two rows those of one trial with cells and with salt water."""
    return _counts(table, width, "People who got better, %", _better(*table.tail(2).itertuples()))


def _better(cells, water):
    """
    >>> group = pd.DataFrame({"people_with": [9, 10, 3, 20], "people": 27, "lower": [0.17, 0.19, 0.02, 0.53], "upper": [0.54, 0.58, 0.3, 0.9]})
    >>> few, alike, none, many = group.itertuples()
    >>> _better(few, alike), _better(alike, few), _better(many, none)
    ('At least as many got better on salt water (10 of 27) as on cells (9 of 27)', 'With cells 10 of 27 got better, with salt water 9 of 27: luck could do that', 'More got better with cells (20 of 27) than with salt water (3 of 27)')
    """
    told = [words.count_of(group.people_with, group.people) for group in (cells, water)]
    if water.people_with / water.people >= cells.people_with / cells.people:
        return f"At least as many got better on salt water ({told[1]}) as on cells ({told[0]})"
    if cells.lower > water.upper:
        return f"More got better with cells ({told[0]}) than with salt water ({told[1]})"
    return f"With cells {told[0]} got better, with salt water {told[1]}: luck could do that"


def harm(table, width):
    """Forest of people harmed, this trial among others; those that counted alike stand under one head."""
    return _counts(table, width, "People harmed, %", _harmed(table))


def _harmed(table):
    """
    >>> seen = pd.DataFrame({"people_with": [0, 0], "upper": [0.26, 0.22]})
    >>> _harmed(seen), _harmed(seen.assign(people_with=[0, 1]))
    ('Nobody had the harm counted in these two trials; about 22% would still fit each', 'In one of these two trials somebody had the harm that was counted')
    """
    trials, some = words.in_words(len(table)), int((table["people_with"] > 0).sum())
    if some:
        return f"In {words.in_words(some)} of these {trials} trials somebody had the harm that was counted"
    still = words.percent(table["upper"].min())
    return f"Nobody had the harm counted in these {trials} trials; about {still} would still fit each"


def _counts(table, width, axis, finding):
    """`table`: trial, people_with, people, lower, upper, confidence, counted (words); optional this_trial and head."""
    entries = table.assign(
        share=table["people_with"] / table["people"],
        text=[f"{row.people_with} of {row.people}" for row in table.itertuples()],
    )
    limits = f"limits (exact, two-sided {words.level(table.confidence.iloc[0])})"
    subtitle = f"Dot = share counted; line = {limits}. Counts reported, limits worked out; not the same people, and what was counted differs."
    each = [f"{row.trial} {row.text}" for row in entries.itertuples()]
    # an alternative text has sixty words at most; the table below a figure has all rows
    fitting = [part for place, part in enumerate(each) if len(" ".join(each[: place + 1]).split()) <= 34]
    more = [f"{words.in_words(len(each) - len(fitting))} more"] if len(fitting) < len(each) else []
    alt_text = (
        f"Forest, shares of people in %, with {limits}: {words.listed(fitting + more)}; upper limits "
        f"{words.percent(table.upper.min())} to {words.percent(table.upper.max())}. Counts reported, limits worked out."
    )
    return figure(_forest(entries, width, axis), finding, subtitle, alt_text, width)


def _forest(entries, width, axis):
    """An entry a row: trial, counted (words), share, its limits lower and upper where they are known, text."""
    own = entries.get("this_trial", pd.Series(False, entries.index))
    named = entries[["text", *({"head"} & set(entries))]].assign(
        name=entries["trial"],
        note=entries["counted"],
        share=100 * entries["share"],
        low=100 * entries["lower"],
        high=100 * entries["upper"],
        more=[_limits(row) for row in entries.itertuples()],
        hue=own.map({True: theme.SEEN, False: theme.COMPARATOR}),
    )
    longest = 100 if named.high.max() > 60 else 10 * (int(named.high.max()) // 10 + 1)
    values = theme.QUARTERS if longest == 100 else list(range(0, longest + 1, 10))
    drawn = (upright(), line("low", "high", "hue"), dot("share", "hue"), margin())
    return rows(named, drawn, width, [0, longest], axis, grid=True, values=values)


def _limits(row):
    return "" if pd.isna(row.lower) else words.between(max(row.lower, 0), min(row.upper, 1), words.short_percent)
