"""Drawings of brain scans: counts of new lesions, yearly brain loss, and what luck alone would write."""

from math import floor

import altair as alt
import numpy as np
import pandas as pd
from scipy.special import stdtrit

from trial import words
from trial.charts import curves, marks, panels, theme
from trial.charts.figure import figure, radio
from trial.charts.rows import LOLLIPOP, bracket, dot, line, margin, rows, upright

DOTS = 50  # dots a world; readers judge chances best from about so many (Fernandes, 2018)
RARE = 1 / 40  # a world does not fit a count that so few of its trials reach, on either side
OFTEN = 1 / 4  # from here on luck writes a headline often
NINE_OF_TEN = 1.6449  # standard deviations around the mean that hold nine of ten people, on a bell curve
ARMS = {
    "healthy": "Healthy people",
    "not_said": "People with MS, treated or not",
    "untreated": "Untreated people with MS",
    "treated": "Treated people with MS",
    "dose_D": "This trial",
}
SOURCES = {
    "bvl2018": "Neurobiology of Aging 2018",
    "jneurol2017": "Journal of Neurology 2017",
    "destefano2016": "De Stefano 2016",
    "msstat2014": "MS-STAT 2014",
    "spain2017": "Spain 2017",
    "oratorio": "ORATORIO",
    "genchi2023": "Genchi 2023",
}


def three_worlds(table, width, seen, shown=None, choice=True):
    """Dot histograms of trials in which the cells help, do nothing or harm, with the count seen marked in each.

    `table`: model, world, factor, count, probability; the model is the reader's choice, `shown` (default: the first) is
    printed; without `choice` the picture is still.
    """
    people, models = int(table["count"].max()), list(dict.fromkeys(table.model))
    shown = shown or models[0]
    kept = table if choice else table[table.model == shown]
    here = "datum.model == bunching" if choice else f"datum.model == {shown!r}"
    findings = {model: _fits(table[table.model == model], seen, people) for model in models}
    subtitle = [
        f"One dot = {words.plain(100 / DOTS)} of 100 trials of {words.in_words(people)}. Worked out; what the cells do "
        "is assumed, and so is the untreated rate (as in primary progressive MS, INFORMS; new or enlarging).",
        f"Fits = so few, or so many, in at least {words.plain(100 * RARE)} of 100 trials. Anti-rejection drugs may hold lesions "
        "down, stopping earlier drugs may let them up.",
    ]
    own = kept[(kept["count"] == seen) & (kept.model == shown)]
    said = words.listed([f"{words.in_hundred(row.probability)} if they {row.world}" for row in own.itertuples()])
    told = (
        f"Dot histograms of 100 trials of {words.in_words(people)}, by people with a new lesion; exactly {seen} in {said}. "
        f"Worked out, rate assumed, lesions {shown}."
    )
    controls = [radio("bunching", "New lesions are", models, shown)] if choice else []
    finding = findings if choice else findings[shown]
    return figure(_worlds(kept, people, seen, here, width), finding, subtitle, told, width, controls=controls)


def _worlds(table, people, seen, here, width):
    """A pile of dots a count and world, for the model that passes the test `here`."""
    many = table.groupby(["model", "world"], sort=False).probability.transform(lambda chances: _shares(chances, DOTS))
    dots = panels.piled(table.loc[table.index.repeat(many)].reset_index(drop=True), ["model", "world", "count"])
    dots["own"] = dots["count"] == seen
    same = table[table["count"] == seen]
    heads = same[["model", "world"]].assign(
        name=[f"If the cells {world.replace('them', 'new lesions')}" for world in same.world],
        chance=[f"exactly {seen}: {words.in_hundred(chance)} trials" for chance in same.probability],
    )
    spread = table[["model"]].drop_duplicates()
    spread["text"] = [f"New lesions are {name}" for name in spread.model]
    on = _by_count(width, list(dict.fromkeys(table.world)), people, 0, theme.PITCH * (dots.place.max() + 1), 2, 3)
    hues = {True: theme.SEEN, False: theme.COMPARATOR}
    first = {"color": theme.MUTED, "baseline": "line-top"}
    layers = [
        *panels.levels(on, {0: ""}),
        panels.upright(seen, on, color=theme.SEEN),
        panels.pointed(seen, f"{seen} of {people}, the count of this trial", on, seen / people, color=theme.SEEN),
        marks.where(here, panels.dots, dots, "count", "world", on, hues=hues, field="own"),
        marks.where(here, panels.head, heads, "name", "world", on, bold=True, size=theme.HEAD_LETTER),
        marks.where(here, panels.head, heads, "chance", "world", on, line=1, color=theme.SEEN),
        marks.where(here, marks.label, spread, "text", alt.XValue(0), alt.YValue(0), **first),
    ]
    return panels.drawn(layers, on)


def _by_count(width, names, people, beyond, tall, lines, above):
    # Panels over counts of people with a new lesion, from none to all.
    across, values = [-beyond, people + beyond], list(range(people + 1))
    return panels.stack(width, names, across, _with_lesion(people), tall, lines, above, values=values, format="d")


def _with_lesion(people):
    return f"People of {words.in_words(people)} with a new lesion"


def _shares(probabilities, whole):
    """Whole numbers that add up to `whole`, by largest remainder.

    >>> _shares([0.5, 0.3, 0.2], 5)
    [3, 1, 1]
    """
    parts = [round(whole * float(chance), 9) for chance in probabilities]
    counts = [floor(part) for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (counts[place] - parts[place], place))
    for place in order[: whole - sum(counts)]:
        counts[place] += 1
    return counts


def _fits(table, seen, people):
    fitting = {}
    for row in table[table["count"] == seen].itertuples():
        if _usual(table[table.world == row.world], seen):
            fitting[row.factor] = "do nothing" if row.factor == 1 else row.world
    count = words.sentence(_count(seen, people))
    told = [fitting[factor] for factor in sorted(fitting, key=lambda factor: (factor != 1, factor))]
    if not told:
        return f"{count} fits none of these worlds"
    if len(told) == 1:
        return f"{count} fits only cells that {told[0]}"
    return f"{count} fits {' and '.join([f'cells that {text}' for text in told]) if len(told) == 2 else _all(told)}"


def _all(told):
    return "all of these: cells that " + ", ".join(told[:-1]) + " or " + told[-1]


def _usual(chances, seen):
    # Whether a count is no surprise: neither so few nor so many are rare.
    few, many = (chances.probability[part].sum() for part in (chances["count"] <= seen, chances["count"] >= seen))
    return min(few, many) >= RARE


def lesions_chosen(table, width, seen, rate, bunching):
    """The chance of each count of people with a new lesion, for a rate and a bunching that the reader chooses.

    `table`: rate, bunching (1/k), count, probability, at_most, at_least; rates and bunchings evenly spaced. `rate` and
    `bunching`: the printed choice.
    """
    people, rates, strengths = int(table["count"].max()), np.unique(table.rate), np.unique(table.bunching)
    # Whole steps: a slider's decimals need not be equal to the table's.
    steps = table.assign(
        rate_step=np.searchsorted(rates, table.rate), step=np.searchsorted(strengths, table.bunching)
    ).assign(chance=(100 * table.probability).round(2), zero=0, own=table["count"] == seen)
    told = steps[steps.own].copy()
    told["reading"] = [
        f"{seen} of {people}: {words.in_hundred(row.probability)} trials\n{seen} or fewer: {words.in_hundred(row.at_most)}\n"
        f"{seen} or more: {words.in_hundred(row.at_least)}"
        for row in told.itertuples()
    ]
    here = (
        f"datum.rate_step == round(lesions_a_year / {float(rates[1] - rates[0])}) - 1"
        f" && datum.step == round(how_bunched / {float(strengths[1])})"
    )
    at = told[np.isclose(told.rate, rate) & np.isclose(told.bunching, bunching)].iloc[0]
    subtitle = (
        "Column = of 100 trials of untreated people, how many see this count; no surprise = with the assumed bunching, so "
        f"few, or so many, in at least {words.plain(100 * RARE)}. Worked out from an assumed rate and bunching (0: by chance)."
    )
    alternative = (
        f"Columns: how many of {words.in_words(people)} untreated people have a new lesion, in 100 trials. At "
        f"{words.plain(rate)} lesions a year and a bunching of {words.plain(bunching)}, exactly {seen} in "
        f"{words.in_hundred(at.probability)}. Worked out from assumed values."
    )
    chosen = [
        marks.slider("lesions_a_year", "Lesions a year, untreated", rates, rate),
        marks.slider("how_bunched", "Bunching, 1/k", strengths, bunching),
    ]
    finding = _usual_rates(told[np.isclose(told.bunching, bunching)], _count(seen, people))
    return figure(_column_a_count(steps, told, here, width), finding, subtitle, alternative, width, controls=chosen)


def _column_a_count(steps, told, here, width):
    people, top = int(steps["count"].max()), float(max(50, 5 * np.ceil(steps.chance.max() / 5)))
    on = curves.plane(
        width,
        [-1, people + 1],
        [0, top],
        _with_lesion(people),
        theme.LOW,
        above=told.reading.iloc[0].count("\n") + 1,
        level="datum.label",
        format="d",
        values=list(range(people + 1)),
    )
    look = {"width": panels.thick(people, on), "hues": {True: theme.SEEN, False: theme.NO_EFFECT}, "field": "own"}
    layers = [
        marks.where(here, marks.rule, steps, on.x("count"), on.y("chance"), y2="zero", **look),
        marks.where(here, curves.over, told, "reading", on),
    ]
    return curves.drawn(layers, on)


def _count(seen, people):
    return f"{words.in_words(seen) if seen else 'none'} of {words.in_words(people)}"


def _usual_rates(rows, count):
    usual = rows.rate[rows[["at_most", "at_least"]].min(axis=1) >= RARE]
    if not len(usual):
        return f"At no untreated rate tried is {count} usual"
    if usual.max() == rows.rate.max():
        return f"At any untreated rate tried from {words.plain(usual.min())} a year up, {count} is no surprise"
    return (
        f"At untreated rates of {words.between(usual.min(), usual.max(), words.plain)} a year, {count} is no surprise"
    )


def how_fast(table, width):
    """Forest of yearly brain loss by group: how much people differ (pale) and how well the average is known (dark).

    `table`: group, arm, loss_percent_per_year, sd, se, lower, upper, upper_percentile_95, people, measure, kind, source;
    a group without a number is drawn as an open bracket.
    """
    entries = _spread(table)
    known = entries[entries.loss.notna()]
    ends = known[["from", "to", "low", "high", "loss"]]
    lowest, highest = min(0.0, ends.min(axis=None)) - 0.05, ends.max(axis=None) + 0.05
    forest = (
        upright(),
        line("from", "to", theme.NO_EFFECT, theme.BAND),
        line("low", "high"),
        dot("loss", size=theme.SMALL_DOT),
        margin(),
        bracket("loss", "less; no number read", theme.COHORT["D"]),
    )
    gained = " (below 0: gained)" if lowest < -0.1 else ""
    values = [value / 2 for value in range(-6, 20) if lowest <= value / 2 <= highest]
    drawing = rows(entries, forest, width, [lowest, highest], f"Brain volume lost, % a year{gained}", values=values)
    subtitle = [
        "Dot = average of a group, reported or worked out, from the source named. Pale = nine of ten people (from the SD, on a bell "
        "curve; healthy people by age: only its upper end is known). Dark = limits of the average (t, two-sided 95%), worked out.",
        "SPMS, PPMS: secondary, primary progressive MS. Ways of measuring differ.",
    ]
    within = _middle_band(known)
    band = "not known" if pd.isna(within) else f"{words.number(within, 1)} wide in the middle group"
    last = (
        "" if len(known) == len(entries) else " This trial's highest dose has a direction only: less, no number read."
    )
    told = (
        f"Forest of {len(entries)} groups, brain volume lost per year in %: {', '.join(_averages(known))}; the band of nine "
        f"in ten people is {band}.{last} Reported or worked out."
    )
    return figure(drawing, _people_or_averages(within, known.loss.max() - known.loss.min()), subtitle, told, width)


def _spread(table):
    """Groups by arm, in the order of ARMS, with the ends of both lines and the words beside them."""
    table = table.assign(place=table.arm.map(list(ARMS).index)).sort_values("place", kind="stable", ignore_index=True)
    loss, people = table.loss_percent_per_year, table.people.astype(float)
    error = stdtrit(people - 1, 0.975) * table.se.fillna(table.sd / people**0.5)
    # Ages of one study share its people, so their number is that of the study.
    shared = table.duplicated(["source", "arm", "people"], keep=False) & table.people.notna()
    return pd.DataFrame(
        {
            "head": table.arm.map(ARMS),
            "name": table.group,
            "note": [_read_from(*row) for row in zip(table.people, shared, table.source, table.kind, strict=True)],
            "loss": loss,
            "text": ["less" if pd.isna(value) else words.number(value, 2) for value in loss],
            "sd": table.sd,
            "from": (loss - NINE_OF_TEN * table.sd).fillna(loss),
            "to": (loss + NINE_OF_TEN * table.sd).fillna(table.upper_percentile_95),
            "low": table.lower.fillna(loss - error),
            "high": table.upper.fillna(loss + error),
        }
    )


def _read_from(people, shared, source, kind):
    many = "" if pd.isna(people) else f"{words.number(people)} people{' in the study' if shared else ''}"
    parts = (many, SOURCES.get(source, source), "worked out" if kind == "derived" else "")
    return "; ".join(part for part in parts if part)


def _middle_band(known):
    bands = known[known.sd.notna()]
    return (bands.to - bands["from"]).median()


def _averages(known):
    for arm, said in (("untreated", "untreated people with MS lose"), ("healthy", "healthy")):
        part = known.loss[known["head"] == ARMS[arm]]
        if len(part):
            yield f"{said} {words.between(part.min(), part.max(), lambda value: words.number(value, 2))} % a year"


def _people_or_averages(within, between):
    """
    >>> _people_or_averages(1.6, 0.5), _people_or_averages(0.66, 0.5)
    ('People differ far more than trial averages do', 'People differ more than trial averages do')
    >>> _people_or_averages(0.2, 0.5), _people_or_averages(float("nan"), 0.5)
    ('Trial averages differ as much as people do', 'How much people differ is not known for any of these groups')
    """
    if pd.isna(within):
        return "How much people differ is not known for any of these groups"
    if within >= 2 * between:
        return "People differ far more than trial averages do"
    if within > between:
        return "People differ more than trial averages do"
    return "Trial averages differ as much as people do"


def luck(table, width):
    """Lollipops: of a hundred trials in which dose does nothing, how many could print each headline.

    `table`: headline, probability.
    """
    entries = pd.DataFrame(
        {
            "name": table.headline,
            "value": 100 * table.probability,
            "text": [words.in_hundred(chance) for chance in table.probability],
        }
    )
    title = "Of 100 trials in which dose does nothing"
    drawing = rows(entries, LOLLIPOP, width, [0, 100], title, values=[0, 25, 50, 75, 100])
    subtitle = (
        "Dot = how many of 100 trials without any effect of dose could print this headline. Worked out exactly: people "
        "are interchangeable, no two alike; no trial was simulated."
    )
    listed = "; ".join(f"{row.headline.lower()}, {words.in_hundred(row.probability)}" for row in table.itertuples())
    told = f"Lollipops: of 100 trials in which dose does nothing, how many could print each headline: {listed}. Worked out."
    return figure(drawing, _by_luck(table.probability), subtitle, told, width)


def _by_luck(chances):
    """
    >>> _by_luck([1, 0.5, 0.25, 0.04])
    'Luck alone would write three of these four headlines at least one time in four'
    >>> _by_luck([1, 0.5, 0.25, 0.3])
    'Luck alone would write each of these headlines at least one time in four'
    >>> _by_luck([0.1, 0.2])
    'Luck alone would write none of these headlines as often as one time in four'
    """
    often = sum(chance >= OFTEN - 1e-9 for chance in chances)
    if often == len(chances):
        return "Luck alone would write each of these headlines at least one time in four"
    if often:
        return (
            f"Luck alone would write {words.in_words(often)} of these {words.in_words(len(chances))} headlines at least "
            "one time in four"
        )
    return "Luck alone would write none of these headlines as often as one time in four"


def few_people(table, width, effect):
    """Lines: how often trials of this size reach the level, by what the highest dose prevents; one panel a world.

    `table`: world, test, effect (share of the loss prevented, from 0 to 1), power, told (of 100, as sure as it is).
    `effect`: the assumed share, marked.
    """
    most, many = table[table.effect == table.effect.max()], words.in_words(table.test.nunique())
    best, share = most.power.max(), f"{most.told[most.power.idxmax()]} of 100"
    if best < 0.5:
        finding = f"Even a loss stopped altogether would be found in at most {share} such trials"
    else:
        finding = f"A loss stopped altogether would be found in {share} such trials{' at best' if best < 0.8 else ''}"
    subtitle = (
        f"Height = of 100 trials of this size, how many reach the level with one of {many} tests; dashed = the assumed "
        "effect. Worked out; mean and spread of the loss are borrowed, no value is of this trial."
    )
    ends = [
        f"{world[0].lower()}{world[1:]}, from {part.told.iloc[0]} up to {part.told.iloc[-1]}"
        for world, part in most.sort_values("power", kind="stable").groupby("world", sort=False)
    ]
    told = (
        f"Lines: of 100 trials of this size, how many reach the level, by the share of loss prevented, for {many} tests. "
        f"With all of it prevented: {'; '.join(ends)}. Worked out; effect and spread assumed."
    )
    return figure(_power(table, most, effect, width), finding, subtitle, told, width)


def _power(table, most, effect, width):
    worlds, tests = list(dict.fromkeys(table.world)), list(dict.fromkeys(table.test))
    last = most[["world", "test", "power"]].assign(text=[f"{row.test}: {row.told}" for row in most.itertuples()])
    names, title = last.text.str.len().max() + 2, "Highest dose prevents, % of the loss"
    on = panels.stack(width, worlds, [0, 100], title, labels=len("100"), names=names, values=theme.QUARTERS)
    rows = table[["world", "test"]].assign(share=100 * table.effect)
    rows["row"] = table.world.map(on.feet) - on.tall * table.power
    heads = pd.DataFrame({"world": worlds, "text": [f"If {world[0].lower()}{world[1:]}" for world in worlds]})
    # What is pale as a line would be too pale as letters.
    hues = dict(zip(tests, (theme.SEEN, theme.INK, theme.COMPARATOR), strict=False))
    letters = {test: theme.MUTED if hue == theme.COMPARATOR else hue for test, hue in hues.items()}
    layers = [
        *panels.levels(on, {0: "0", 0.5: "50", 1: "100"}),
        panels.upright(100 * effect, on),
        *[
            marks.line(rows[rows.test == test], on.x("share"), on.y("row"), color=hue, field="world")
            for test, hue in hues.items()
        ],
        *[
            layer
            for world, part in last.groupby("world", sort=False)
            for layer in curves.ends(part, "power", on.plane(world), letters, "test", bold=True)
        ],
        panels.head(heads, "text", "world", on, bold=True, size=theme.HEAD_LETTER),
    ]
    return panels.drawn(layers, on)


def find_the_trial(table, width):
    """Numbered panels of simulated trials, one grey dot a simulated person; in one panel the highest dose works.

    `table`: panel, dose (both from 1), loss. The picture does not say which panel it is.
    """
    many, doses = words.in_words(table.panel.nunique()), words.in_words(int(table.dose.max()))
    people = alt.Chart(table[["panel", "dose", "loss"]]).mark_point(
        color=theme.COMPARATOR, filled=True, opacity=1, size=theme.SMALL_DOT, aria=False
    )
    finding = f"{words.sentence(many)} simulated trials. In one, the highest dose works. Which?"
    subtitle = (
        "One dot = one simulated person; higher up = more brain volume lost in a year, one scale for all. Doses from "
        "lowest (left) to highest (right). Nobody shown here exists."
    )
    told = (
        f"Line-up of {many} panels of simulated trials, each with {doses} doses, a dot a simulated person, by "
        "yearly brain loss. In one the highest dose prevents loss; in the others dose does nothing. Which? The numbers of "
        "every panel stand in the table; the answer is folded below."
    )
    return figure(panels.numbered(people, "dose", "loss", width), finding, subtitle, told, width)
