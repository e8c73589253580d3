"""Drawings of brain scans: counts of new lesions, yearly brain loss, and what luck alone would write."""

from math import floor

import altair as alt
import pandas as pd
from scipy.special import stdtrit

from trial import words
from trial.charts import marks, panels, theme
from trial.charts.figure import figure, radio
from trial.charts.rows import bracket, dot, dumbbell, line, margin, rows, upright

DOTS = 50  # dots a world; readers judge chances best from about so many (Fernandes, 2018)
RARE = 1 / 40  # a world does not fit a count that so few of its trials reach, on either side
OFTEN = 1 / 4  # from here on luck writes a headline often
NINE_OF_TEN = 1.6449  # standard deviations around the mean that hold nine of ten people, on a bell curve
SOURCES = {
    "bvl2018": "Neurobiology of Aging 2018",
    "destefano2016": "De Stefano 2016",
    "msstat2014": "MS-STAT 2014",
    "spain2017": "Spain 2017",
    "oratorio": "ORATORIO",
    "genchi2023": "Genchi 2023",
}
WIDE_BAR, NARROW_BAR = "M-1.35,-0.55L1.35,-0.55L1.35,0.55L-1.35,0.55Z", "M-1.35,-0.15L1.35,-0.15L1.35,0.15L-1.35,0.15Z"


def three_worlds(table, width, seen):
    """Dot histograms of trials in which the cells help, do nothing or harm, with the count seen marked in each.

    `table`: model, world, factor, count, probability; the model is the reader's choice, the first is printed.
    """
    people, models = int(table["count"].max()), list(dict.fromkeys(table.model))
    findings = {model: _fits(table[table.model == model], seen, people) for model in models}
    subtitle = (
        f"One dot = {words.plain(100 / DOTS)} of 100 trials of {words.in_words(people)}; fits = so few, and so many, each in at least "
        f"{words.plain(100 * RARE)} of 100. Worked out from assumed effects and an assumed untreated rate (PPMS, INFORMS; "
        "new or enlarging lesions)."
    )
    own = table[(table["count"] == seen) & (table.model == models[0])]
    said = words.listed([f"{words.in_hundred(row.probability)} if they {row.world}" for row in own.itertuples()])
    alt_text = (
        f"Dot histograms of 100 trials of {words.in_words(people)}, by people with a new lesion; exactly {seen} in {said}. "
        f"Worked out, rate assumed, lesions {models[0]}."
    )
    controls = [radio("bunching", "New lesions are", models, models[0])]
    return figure(_worlds(table, people, seen, width), findings, subtitle, alt_text, width, controls=controls)


def _worlds(table, people, seen, width):
    """A pile of dots a count and world, for the model that the reader chose."""
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
    worlds, across = list(dict.fromkeys(table.world)), f"People of {words.in_words(people)} with a new lesion"
    tall, values = theme.PITCH * (dots.place.max() + 1), list(range(people + 1))
    on = panels.stack(width, worlds, [0, people], across, tall, 2, 3, values=values, format="d")
    hues = {True: theme.SEEN, False: theme.COMPARATOR}
    here, first = "datum.model == bunching", {"color": theme.MUTED, "baseline": "line-top"}
    layers = [
        *panels.levels(on, {0: ""}),
        panels.upright(seen, on, color=theme.SEEN),
        panels.pointed(seen, f"{seen} of {people}, the count of STEMS", on, seen / people, color=theme.SEEN),
        marks.where(here, panels.dots, dots, "count", "world", on, hues=hues, field="own"),
        marks.where(here, panels.head, heads, "name", "world", on, bold=True, size=theme.HEAD_LETTER),
        marks.where(here, panels.head, heads, "chance", "world", on, line=1, color=theme.MUTED),
        marks.where(here, marks.label, spread, "text", alt.XValue(0), alt.YValue(0), **first),
    ]
    return panels.drawn(layers, on)


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
    """Which worlds a count fits: neither so few nor so many are rare there."""
    here = table[(table["count"] == seen) & (table[["at_most", "at_least"]].min(axis=1) >= RARE)]
    told = [
        world.split()[0] if row.factor != 1 else "do not change" for row in here.itertuples() for world in [row.world]
    ]
    count = f"{words.sentence(words.in_words(seen) if seen else 'none')} of {words.in_words(people)} fits"
    if not told:
        return f"{count} none of these worlds"
    listed = f"{', '.join(told[:-1])} or {told[-1]}" if len(told) > 1 else told[0]
    return f"{count} {'only ' if len(told) == 1 else ''}cells that {listed} new lesions"


def how_fast(table, width):
    """Forest of yearly brain loss by group: how much people differ (wide bar) and how well the average is known (narrow bar).

    `table`: head, group, arm, loss_percent_per_year, sd, se, lower, upper, upper_percentile_95, people, of_the_study, source,
    kind; a group
    without a number is drawn as an open bracket.
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
        bracket("loss", "less; no number read", theme.SEEN),
    )
    key = (
        ("circle", theme.INK, "average of the group"),
        (NARROW_BAR, theme.INK, "limits of that average (t, two-sided 95%)"),
        (WIDE_BAR, theme.NO_EFFECT, "nine of ten people, on a bell curve"),
    )
    gained = " (below 0: gained)" if lowest < -0.1 else ""
    values = [value / 2 for value in range(-6, 20) if lowest <= value / 2 <= highest]
    title = f"Brain volume lost, % a year{gained}"
    drawing = rows(entries, forest, width, [lowest, highest], title, key=key, values=values)
    subtitle = (
        "Averages reported or worked out, from the source named; bars worked out. Ways of measuring differ; of healthy people "
        "by age only the upper end of the wide bar is known."
    )
    within = (known.to - known["from"])[known.sd.notna()].median()
    band = "not known" if pd.isna(within) else f"{words.number(within, 1)} wide in the middle group"
    last = " STEMS, highest dose: a direction only, less, no number read." if len(known) < len(entries) else ""
    alt_text = (
        f"Forest of {len(entries)} groups, brain volume lost per year in %: {', '.join(_averages(known))}; the band of nine "
        f"in ten people is {band}.{last} Reported or worked out."
    )
    return figure(drawing, _people_or_averages(within, known.loss.max() - known.loss.min()), subtitle, alt_text, width)


def _spread(table):
    """The groups with the ends of both bars and the words beside them."""
    loss, people = table.loss_percent_per_year, table.people.astype(float)
    error = stdtrit(people - 1, 0.975) * table.se.fillna(table.sd / people**0.5)
    upper = (loss + NINE_OF_TEN * table.sd).fillna(table.upper_percentile_95)
    read = zip(table.people, table.of_the_study, table.source, table.kind, loss.notna() & upper.isna(), strict=True)
    return table[["head", "arm", "sd"]].assign(
        name=[name.replace("This trial, highest", "Highest") for name in table.group],
        note=[_read_from(*row) for row in read],
        loss=loss,
        text=["" if pd.isna(value) else words.number(value, 2) for value in loss],
        low=table.lower.fillna(loss - error),
        high=table.upper.fillna(loss + error),
        to=upper,
        **{"from": (loss - NINE_OF_TEN * table.sd).fillna(loss)},
    )


def _read_from(people, shared, source, kind, alone):
    many = "" if pd.isna(people) else f"{words.number(people)} people{' in the study' if shared else ''}"
    worked, unread = "worked out" if kind == "derived" else "", "spread not read" if alone else ""
    return "; ".join(part for part in (many, SOURCES.get(source, source), worked, unread) if part)


def _averages(known):
    for arm, said in (("untreated", "untreated people with MS lose"), ("healthy", "healthy")):
        part = known.loss[known.arm == arm]
        if len(part):
            yield f"{said} {words.between(part.min(), part.max(), lambda value: words.number(value, 2))} % a year"


def _people_or_averages(within, between):
    """
    >>> _people_or_averages(1.35, 0.5), _people_or_averages(0.66, 0.5)
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


def luck(table, width, effect):
    """Dumbbells: of a hundred trials, how many could print each headline if dose does nothing, and if the highest works.

    `table`: headline, no_effect, effect (chances). `effect`: the share of the loss that is prevented if it works.
    """
    entries = pd.DataFrame(
        {
            "name": table.headline,
            "luck": 100 * table.no_effect,
            "works": 100 * table.effect,
            "lead": [words.in_hundred(chance).removesuffix(" of 100") for chance in table.no_effect],
            "text": [words.in_hundred(chance).removesuffix(" of 100") for chance in table.effect],
        }
    )
    works = f"if the highest prevents {words.percent(effect)} of the loss (assumed)"
    nothing, helps = ("circle", theme.COMPARATOR), ("diamond", theme.INK)
    key = ((*nothing, "if dose does nothing"), (*helps, works))
    drawn = dumbbell(("luck", *nothing, theme.DOT), ("works", *helps, theme.SMALL_DOT))
    title = "Of 100 trials, how many could print it"
    drawing = rows(entries, [drawn], width, [0, 100], title, key=key, values=theme.QUARTERS)
    subtitle = (
        "Worked out exactly, no trial was simulated: people are interchangeable and no two alike (circles), or differ on a "
        "bell curve (diamonds)."
    )
    listed = "; ".join(f"{row.name.lower()}, {row.lead} and {row.text}" for row in entries.itertuples())
    alt_text = f"Dumbbells: trials of 100 that could print each headline by luck, and {works}: {listed}. Worked out."
    return figure(drawing, _by_luck(table.no_effect), subtitle, alt_text, width)


def _by_luck(chances):
    """
    >>> _by_luck([1, 0.5, 0.25, 0.04])
    'Luck alone writes three of these four headlines at least one time in four'
    >>> _by_luck([1, 0.5, 0.25, 0.3])
    'Luck alone writes each of these headlines at least one time in four'
    >>> _by_luck([0.1, 0.2])
    'Luck alone writes none of these headlines as often as one time in four'
    """
    often = sum(chance >= OFTEN - 1e-9 for chance in chances)
    if often == len(chances):
        return "Luck alone writes each of these headlines at least one time in four"
    if often:
        return (
            f"Luck alone writes {words.in_words(often)} of these {words.in_words(len(chances))} headlines at least "
            "one time in four"
        )
    return "Luck alone writes none of these headlines as often as one time in four"


def find_the_trial(table, width):
    """Numbered panels of simulated trials, one dot a simulated person; in one panel the highest dose works.

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
    alt_text = (
        f"Line-up of {many} panels of simulated trials, each with {doses} doses, a dot a simulated person, by "
        "yearly brain loss. In one the highest dose prevents loss; in the others dose does nothing. Which? The numbers of "
        "every panel stand in the table; the answer is folded below."
    )
    return figure(panels.numbered(people, "dose", "loss", width), finding, subtitle, alt_text, width)
