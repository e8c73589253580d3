"""Drawings of brain scans: counts of new lesions, yearly brain loss, and what luck alone would write."""

import json
from math import floor

import altair as alt
import numpy as np
import pandas as pd

from trial import words
from trial.charts import marks, theme
from trial.charts.figure import figure
from trial.charts.rows import LOLLIPOP, bracket, dot, line, margin, rows, upright

DOTS = 50  # dots a world; readers judge chances best from about so many (Fernandes, 2018)
RARE = 1 / 40  # a world does not fit a count that so few of its trials reach, on either side
OFTEN = 1 / 4  # from here on luck writes a headline often
NINE_OF_TEN = 1.6449  # standard deviations around the mean that hold nine of ten people, on a bell curve
NINETY_FIVE = 1.96  # standard errors either side of a mean in a 95% interval, normal formula
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
    wide, people = width >= 500, int(table["count"].max())
    models, worlds = list(dict.fromkeys(table.model)), list(dict.fromkeys(table.world))
    shown = shown or models[0]
    kept = table if choice else table[table.model == shown]
    dots = pd.DataFrame(
        [
            {"model": model, "world": world, "count": count, "place": place}
            for (model, world), part in kept.groupby(["model", "world"], sort=False)
            for count, many in zip(part["count"], _shares(part.probability, DOTS), strict=True)
            for place in range(many)
        ]
    )
    pitch, top = (9.0, 34.0) if wide else (8.5, 48.0)
    left, right = (226, width - 18) if wide else (14, width - 14)
    head, deep = (6 if wide else 40), pitch * (dots.place.max() + 1)
    feet = {world: top + (head + deep) * (at + 1) + 22 * at for at, world in enumerate(worlds)}
    height = max(feet.values()) + 4
    dots["row"] = dots.world.map(feet) - pitch * (dots.place + 0.5)
    same = kept[kept["count"] == seen]
    heads = pd.DataFrame(
        [
            {
                "model": row.model,
                "foot": feet[row.world],
                "world": marks.folded(f"If the cells {row.world.replace('them', 'new lesions')}", 30 if wide else 60),
                "chance": f"exactly {seen}: {words.in_hundred(row.probability)} trials",
            }
            for row in same.itertuples()
        ]
    )
    heads["row"] = heads.foot - (deep * 0.55 if wide else deep + 28)
    heads["chance_row"] = heads.row + (16 * heads.world.str.count("\n") + 17 if wide else 16)
    lines = pd.DataFrame({"low": 0, "high": people, "foot": list(feet.values())})
    mark = pd.DataFrame(
        {
            "count": [seen],
            "top": [top - 12 if wide else top - 10],
            "foot": [height - 4],
            "label_row": [top - 20],
            "text": [f"{seen} of {people}, the count of this trial"],
        }
    )
    # On a phone words stand above their dots, so the rule is drawn panel by panel.
    through = mark if wide else lines.assign(count=seen, top=lines.foot - deep)
    spread = pd.DataFrame({"model": models, "row": 8.0, "text": [f"New lesions are {name}" for name in models]})
    spread = spread[spread.model.isin(kept.model)]
    x = marks.across([0, people], left, right, title=_with_lesion(people), format="d", values=list(range(people + 1)))
    y = marks.down(height)

    def chosen(data, draw, *arguments, **options):
        # The filter reads the model, which the shared marks do not carry.
        made = draw(data, *arguments, **options)
        made.data = data[list(dict.fromkeys([*made.data.columns, "model"]))]
        return made.transform_filter("datum.model == bunching" if choice else alt.datum.model == shown)

    layers = [
        marks.rule(lines, x("low"), y("foot"), x2="high"),
        marks.rule(through, x("count"), y("top"), y2="foot", color=theme.CAUTION, dash=(3, 3)),
        *[
            chosen(
                part,
                marks.dots,
                x("count"),
                y("row"),
                color=theme.CAUTION if own else theme.COMPARATOR,
                size=(pitch - 1) ** 2,
            )
            for own, part in dots.groupby(dots["count"] == seen)
        ],
        chosen(heads, marks.label, "world", alt.XValue(2), y("row"), bold=True, size=13),
        chosen(heads, marks.label, "chance", alt.XValue(2), y("chance_row"), color=theme.CAUTION),
        chosen(spread, marks.label, "text", alt.XValue(2), y("row"), color=theme.MUTED),
        marks.label(mark, "text", x("count"), y("label_row"), align=_inwards(seen / people), color=theme.CAUTION),
    ]
    findings = {model: _fits(table[table.model == model], seen, people) for model in models}
    subtitle = [
        f"One dot = {words.plain(100 / DOTS)} of 100 trials of {words.in_words(people)}. Worked out; what the cells do "
        "is assumed, and so is the untreated rate (as in primary progressive MS, INFORMS; new or enlarging).",
        "Anti-rejection drugs may hold lesions down, stopping earlier drugs may let them up.",
    ]
    title = theme.title(findings[shown], subtitle, width)
    chart = marks.plot(layers, width, height, title)
    if choice:
        # The title follows the choice: the finding printed for one model would be false for another.
        broken = ", ".join(
            f"{json.dumps(name)}: {json.dumps(words.wrapped(text, width))}" for name, text in findings.items()
        )
        title.text = alt.ExprRef(f"({{{broken}}})[bunching]")
        bind = alt.binding_radio(options=models, labels=[f"{name} " for name in models], name="New lesions are ")
        chart = chart.add_params(alt.param(name="bunching", value=shown, bind=bind))
    own = same[same.model == shown]
    told = words.listed([f"{words.in_hundred(row.probability)} if they {row.world}" for row in own.itertuples()])
    return theme.finish(
        chart,
        f"Dot histograms of 100 trials of {words.in_words(people)}, by people with a new lesion; exactly {seen} in {told}. "
        f"Worked out, rate assumed, lesions {shown}.",
    )


def _inwards(place):
    # Words at a mark near an edge run towards the middle.
    return "left" if place < 0.3 else "right" if place > 0.7 else "center"


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
        part = table[table.world == row.world]
        tails = (part.probability[part["count"] <= seen].sum(), part.probability[part["count"] >= seen].sum())
        if min(tails) >= RARE:
            fitting[row.factor] = "do nothing" if row.factor == 1 else row.world
    count = f"{words.sentence(words.in_words(seen) if seen else 'none')} of {words.in_words(people)}"
    told = [fitting[factor] for factor in sorted(fitting, key=lambda factor: (factor != 1, factor))]
    if not told:
        return f"{count} fits none of these worlds"
    if len(told) == 1:
        return f"{count} fits only cells that {told[0]}"
    return f"{count} fits {' and '.join([f'cells that {text}' for text in told]) if len(told) == 2 else _all(told)}"


def _all(told):
    return "all of these: cells that " + ", ".join(told[:-1]) + " or " + told[-1]


def new_lesion_count(table, width, seen):
    """The chance of each count of people with a new lesion if nothing is done to the rate, one row a model.

    `table`: model, share, count, probability, all of one world; a column a count, in trials of 100.
    """
    wide, people = width >= 500, int(table["count"].max())
    models = list(dict.fromkeys(table.model))
    left, right = (226, width - 18) if wide else (14, width - 14)
    tall, top = (96, 42.0) if wide else (90, 42.0)
    head = 20 if wide else 54
    feet = {model: top + (tall + head) * (at + 1) + 14 * at for at, model in enumerate(models)}
    height = max(feet.values()) + 4
    bars = table[["model", "count"]].assign(foot=table.model.map(feet))
    bars["row"] = bars.foot - tall * (table.probability / table.probability.max())
    bars["text"] = [words.number(100 * chance) if chance >= 0.005 else "<1" for chance in table.probability]
    heads = table.drop_duplicates("model")[["model", "share"]].reset_index(drop=True)
    heads["average"], heads["foot"] = heads.share * people, heads.model.map(feet)
    heads["name"] = [words.sentence(name if not wide else name.replace(" (", "\n(")) for name in heads.model]
    heads["text"] = [f"on average {words.number(mean, 1)} of {people}" for mean in heads.average]
    heads["row"] = heads.foot - (tall * 0.62 if wide else tall + 38)
    heads["text_row"] = heads.row + 17 + (15 * heads.name.str.count("\n"))
    lines = heads[["foot"]].assign(low=-0.3, high=people + 0.3)
    mark = pd.DataFrame(
        {
            "count": [seen],
            "top": [20.0],
            "foot": [height - 4],
            "label_row": [10.0],
            "text": [f"{seen} of {people}, the count of this trial"],
        }
    )
    # On a phone words stand above their columns, so the rule is drawn panel by panel.
    through = mark if wide else lines.assign(count=seen, top=lines.foot - tall - 12)
    x = marks.across(
        [-0.4, people + 0.4],
        left - 8,
        right + 8,
        title=_with_lesion(people),
        format="d",
        values=list(range(people + 1)),
    )
    y, thick = marks.down(height), 0.6 * (right - left) / people
    layers = [
        marks.rule(through, x("count"), y("top"), y2="foot", color=theme.CAUTION, dash=(3, 3)),
        *[
            marks.rule(
                part, x("count"), y("row"), y2="foot", width=thick, color=theme.CAUTION if own else theme.NO_EFFECT
            )
            for own, part in bars.groupby(bars["count"] == seen)
        ],
        marks.rule(lines, x("low"), y("foot"), x2="high", color=theme.COMPARATOR),
        marks.label(
            bars[bars["count"] != seen], "text", x("count"), y("row"), align="center", dy=-9, color=theme.MUTED
        ),
        marks.label(
            bars[bars["count"] == seen],
            "text",
            x("count"),
            y("row"),
            align="left",
            dx=4,
            dy=-9,
            bold=True,
            color=theme.CAUTION,
        ),
        marks.dots(heads, x("average"), y("foot"), shape="triangle-up", color=theme.INK, size=70),
        marks.label(heads, "name", alt.XValue(2), y("row"), bold=True, size=13),
        marks.label(heads, "text", alt.XValue(2), y("text_row"), color=theme.MUTED),
        marks.label(mark, "text", x("count"), y("label_row"), align=_inwards(seen / people), color=theme.CAUTION),
    ]
    usual = []
    for _, part in table.groupby("model", sort=False):
        tails = (part.probability[part["count"] <= seen].sum(), part.probability[part["count"] >= seen].sum())
        usual.append(min(tails) >= RARE)
    count = f"{words.in_words(seen) if seen else 'none'} of {words.in_words(people)}"
    if all(usual):
        finding = f"Without any effect, {count} would be no surprise"
    elif any(usual):
        finding = f"Without any effect, {count} surprises only under some of these assumptions"
    else:
        finding = f"Without any effect, {count} would be a surprise"
    subtitle = (
        "Column = of 100 trials of untreated people, how many see this count; triangle = average. Worked out; rate (as in "
        "primary progressive MS, INFORMS; new or enlarging) and bunching are assumed."
    )
    same = table[table["count"] == seen]
    told = words.listed([f"{words.in_hundred(row.probability)} ({row.model})" for row in same.itertuples()])
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Columns: how many of {words.in_words(people)} untreated people have a new lesion, in 100 trials; averages "
        f"{words.between(heads.average.min(), heads.average.max(), lambda mean: words.number(mean, 1))}; exactly {seen} in "
        f"{told}. Worked out from an assumed rate.",
    )


def lesions_chosen(table, width, seen, rate, bunching):
    """The chance of each count of people with a new lesion, for a rate and a bunching that the reader chooses.

    `table`: rate, bunching (1/k), count, probability, at_most, at_least; rates and bunchings evenly spaced. `rate` and
    `bunching`: the printed choice.
    """
    height, inner, people = 210, width - 44, int(table["count"].max())
    rates, strengths = (np.unique(table[name]) for name in ("rate", "bunching"))
    # Whole steps: a slider's decimals need not be equal to the table's.
    steps = table.assign(
        rate_step=np.searchsorted(rates, table.rate), step=np.searchsorted(strengths, table.bunching)
    ).assign(chance=(100 * table.probability).round(2))
    told = steps[steps["count"] == seen].copy()
    told["reading"] = [
        f"{seen} of {people}: {words.in_hundred(row.probability)} trials\n{seen} or fewer: {words.in_hundred(row.at_most)}\n"
        f"{seen} or more: {words.in_hundred(row.at_least)}"
        for row in told.itertuples()
    ]
    columns = steps[["rate_step", "step", "count", "chance"]]
    x = marks.across(
        [-0.6, people + 0.6], 0, inner, title=_with_lesion(people), format="d", values=list(range(people + 1))
    )
    top = float(max(50, 5 * np.ceil(columns.chance.max() / 5)))
    up = alt.Y(
        "chance:Q",
        scale=alt.Scale(domain=[0, top], range=[height, 0]),
        axis=alt.Axis(title=None, values=[0, 25, 50, 75, 100], format="d"),
    )
    chosen = [
        marks.slider("lesions_a_year", "Lesions a year, untreated", rates, rate),
        marks.slider("how_bunched", "Bunching, 1/k", strengths, bunching),
    ]
    here = (
        f"datum.rate_step == round(lesions_a_year / {float(rates[1] - rates[0])}) - 1"
        f" && datum.step == round(how_bunched / {float(strengths[1])})"
    )
    layers = [
        alt.Chart(part)
        .mark_bar(color=theme.CAUTION if own else theme.NO_EFFECT, size=0.6 * inner / people, aria=False)
        .encode(x=x("count"), y=up)
        .transform_filter(here)
        for own, part in columns.groupby(columns["count"] == seen)
    ]
    layers.append(
        alt.Chart(told[["rate_step", "step", "reading"]])
        .mark_text(
            align="right", baseline="top", fontSize=12, lineBreak="\n", lineHeight=16, color=theme.INK, aria=False
        )
        .encode(x=alt.XValue(inner), y=alt.YValue(8), text=alt.Text("reading:N"))
        .transform_filter(here)
    )
    usual = told[(told.step == 0) & (told[["at_most", "at_least"]].min(axis=1) >= RARE)].rate
    count = f"{words.in_words(seen) if seen else 'none'} of {words.in_words(people)}"
    if len(usual):
        span = words.between(usual.min(), usual.max(), words.plain)
        finding = f"If lesions fall by chance, untreated rates of {span} a year make {count} no surprise"
    else:
        finding = f"If lesions fall by chance, no untreated rate tried makes {count} usual"
    subtitle = (
        "Column = of 100 trials of untreated people, how many see this count. Worked out exactly from an assumed rate and an "
        "assumed bunching (0: by chance)."
    )
    at = told[np.isclose(told.rate, rate) & np.isclose(told.bunching, bunching)].iloc[0]
    return theme.finish(
        marks.plot(layers, inner, height, theme.title(finding, subtitle, width)).add_params(*chosen),
        f"Columns: how many of {words.in_words(people)} untreated people have a new lesion, in 100 trials. At "
        f"{words.plain(rate)} lesions a year and a bunching of {words.plain(bunching)}, exactly {seen} in "
        f"{words.in_hundred(at.probability)}. Worked out from assumed values.",
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
        "curve; healthy people by age: only its upper end is known). Dark = 95% limits of the average, worked out.",
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
    loss, error = (
        table.loss_percent_per_year,
        NINETY_FIVE * table.se.fillna(table.sd / table.people.astype(float) ** 0.5),
    )
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


def cutoffs(table, width, atrophy):
    """Two bell curves of yearly brain loss, healthy people and people with MS, and the lines drawn between them.

    `table`: specificity, cutoff (% a year, loss negative), sensitivity, printed_cutoff, printed_sensitivity,
    observed_sensitivity. `atrophy`: arm, loss_percent_per_year, sd, source; the pair of De Stefano (2016) is drawn.
    """
    pair = atrophy[atrophy.source == "destefano2016"].set_index("arm").loc[["healthy", "not_said"]]
    lines = table.assign(loss=-table.cutoff).sort_values("cutoff", kind="stable", ignore_index=True)
    strict = lines.iloc[0]
    subtitle = (
        "Curve = how yearly loss is spread, worked out from the reported means and SDs on bell curves (De Stefano 2016, "
        "mostly relapsing MS); shaded = people with MS beyond the strictest line."
    )
    listed = words.listed(
        [f"{words.number(row.loss, 2)} ({words.in_hundred(row.sensitivity)})" for row in lines.itertuples()]
    )
    told = (
        f"Two bell curves of brain volume lost per year in %, healthy people at {words.plain(pair.loss_percent_per_year['healthy'])} "
        f"and people with MS at {words.plain(pair.loss_percent_per_year['not_said'])} on average, overlapping; lines at {listed} "
        f"with MS beyond. Worked out from reported means and SDs."
    )
    drawing = _two_bells(pair.loss_percent_per_year, pair.sd, lines, width)
    return figure(drawing, _passed_by(strict.specificity, strict.sensitivity), subtitle, told, width)


def _passed_by(specificity, sensitivity):
    """
    >>> _passed_by(0.95, 0.49)
    'A line that 95 of 100 healthy people stay below is passed by only 49 of 100 with MS'
    >>> _passed_by(0.95, 0.9)
    'A line that 95 of 100 healthy people stay below is passed by 90 of 100 with MS'
    """
    only = "only " if sensitivity < 0.75 else ""
    share, caught = words.in_hundred(specificity), words.in_hundred(sensitivity)
    return f"A line that {share} healthy people stay below is passed by {only}{caught} with MS"


def _two_bells(mean, sd, lines, width):
    wide = theme.wide(width)
    low, high = (mean - 3 * sd).min(), (mean + 3 * sd).max()
    step = theme.LINE * (2 if wide else 3) + theme.ROW_GAP
    foot = step * len(lines) + theme.TALL

    def rows(arm, loss):
        return foot - theme.TALL * sd.min() / sd[arm] * np.exp(-(((loss - mean[arm]) / sd[arm]) ** 2) / 2)

    loss = np.linspace(low, high, 161)
    curves = {arm: pd.DataFrame({"loss": loss, "row": rows(arm, loss), "foot": foot}) for arm in mean.index}
    # The line furthest left stands tallest, so that no line crosses words.
    lines = lines.assign(row=[step * (place + 0.25) for place in reversed(range(len(lines)))], foot=foot)
    lines["more_row"] = lines.row + theme.LINE
    lines["text"], lines["more"] = zip(*(_at_line(row, wide) for row in lines.itertuples()), strict=True)
    # Each curve is named on its outer flank.
    names = pd.DataFrame({"text": ["healthy\npeople", "people with MS"], "loss": mean.array + sd.array * [-1.1, 1.35]})
    names["row"] = [rows(arm, at) - theme.GAP for arm, at in zip(mean.index, names.loss, strict=True)]
    ill, outer = curves["not_said"], "" if not wide else " (below 0: gained)"
    values = [value / 4 for value in range(-8, 20) if low <= value / 4 <= high]
    title = f"Brain volume lost, % a year{outer}"
    x, y = marks.across([low, high], theme.GAP, width - theme.GAP, title=title, values=values), marks.down(foot)
    layers = [
        alt.Chart(ill[ill.loss >= lines.loss[0]])
        .mark_area(color=theme.CAUTION_PALE, opacity=1, aria=False)
        .encode(x=x("loss"), y=y("row"), y2=alt.Y2("foot:Q")),
        marks.rule(lines.head(1), x("loss"), y("row"), y2="foot", color=theme.INK, width=2),
        marks.rule(lines[1:], x("loss"), y("row"), y2="foot", color=theme.INK, dash=(3, 3)),
        *[
            alt.Chart(curves[arm][["loss", "row"]])
            .mark_line(color=hue, strokeWidth=2.5, aria=False)
            .encode(x=x("loss"), y=y("row"))
            for arm, hue in (("healthy", theme.COMPARATOR), ("not_said", theme.CAUTION))
        ],
        marks.label(lines, "text", x("loss"), y("row"), dx=theme.GAP, bold=True),
        marks.label(lines, "more", x("loss"), y("more_row"), dx=theme.GAP, color=theme.MUTED),
        marks.label(names[:1], "text", x("loss"), y("row"), align="right", dx=-theme.GAP, color=theme.MUTED),
        marks.label(names[1:], "text", x("loss"), y("row"), dx=theme.GAP, color=theme.CAUTION),
    ]
    return alt.layer(*layers, width=width, height=foot)


def _at_line(row, wide):
    at, below, beyond = words.number(row.loss, 2), words.in_hundred(row.specificity), words.in_hundred(row.sensitivity)
    if not wide:
        return at, f"less: {below} healthy\nmore: {beyond} with MS"
    printed, counted = (words.number(100 * share) for share in (row.printed_sensitivity, row.observed_sensitivity))
    more = f"{beyond} with MS lose more (printed {printed}, counted {counted})"
    return f"{at}: {below} healthy people lose less", more


def few_people(table, width, effect):
    """Lines: how often simulated trials of this size reach the level, by what the highest dose prevents; one panel a world.

    `table`: world, test, effect (share of the loss prevented, from 0 to 1), power. `effect`: the assumed share, marked.
    """
    wide = width >= 500
    worlds, tests = list(dict.fromkeys(table.world)), list(dict.fromkeys(table.test))
    tall, head = 150.0, 48.0
    feet = {world: (head + tall) * (at + 1) + 8 * at for at, world in enumerate(worlds)}
    height = max(feet.values()) + 4
    left, right = 34, width - 162 if wide else width - 132
    rows = table[["world", "test"]].reset_index(drop=True)
    rows["share"], rows["foot"] = 100 * table.effect.to_numpy(), rows.world.map(feet)
    rows["row"] = rows.foot - tall * table.power.to_numpy()
    last = rows[rows.share == rows.share.max()].copy()
    last["text"] = [
        f"{row.test}: {words.number(100 * power)}"
        for row, power in zip(last.itertuples(), table.power[table.effect == table.effect.max()], strict=True)
    ]
    for world, part in last.groupby("world", sort=False):
        spot, placed = feet[world] + 16, {}
        for at in part.sort_values("row", ascending=False).index:
            spot = min(last.row[at], spot - 16)
            placed[at] = spot
        last.loc[list(placed), "label_row"] = list(placed.values())
    ticks = pd.DataFrame(
        [{"row": foot - tall * level, "text": f"{100 * level:.0f}"} for foot in feet.values() for level in (0, 0.5, 1)]
    )
    ticks["start"], ticks["end"] = 0.0, 100.0
    heads = pd.DataFrame(
        {"text": [f"If {world[0].lower()}{world[1:]}" for world in worlds], "row": list(feet.values())}
    )
    heads["row"] -= tall + 22
    mark = pd.DataFrame(
        {"share": 100 * effect, "top": [foot - tall for foot in feet.values()], "foot": list(feet.values())}
    )
    x = marks.across(
        [0, 100],
        left,
        right,
        title="Highest dose prevents, % of the loss",
        values=[0, 25, 50, 75, 100] if wide else [0, 50, 100],
    )
    y = marks.down(height)
    hues = dict(zip(tests, (theme.CAUTION, theme.INK, theme.COMPARATOR), strict=False))
    layers = [
        marks.rule(ticks, x("start"), y("row"), x2="end"),
        marks.label(ticks, "text", alt.XValue(left - 8), y("row"), align="right", color=theme.MUTED),
        marks.rule(mark, x("share"), y("top"), y2="foot", color=theme.CAUTION, dash=(3, 3)),
        *[
            alt.Chart(rows[(rows.world == world) & (rows.test == test)][["share", "row"]])
            .mark_line(color=hue, strokeWidth=2.5, aria=False)
            .encode(x=x("share"), y=y("row"))
            for world in worlds
            for test, hue in hues.items()
        ],
        *[
            marks.label(
                last[last.test == test],
                "text",
                alt.XValue(right + 8),
                y("label_row"),
                color=theme.MUTED if hue == theme.COMPARATOR else hue,  # as letters it would be too pale
                bold=True,
            )
            for test, hue in hues.items()
        ],
        marks.label(heads, "text", alt.XValue(2), y("row"), bold=True, size=13),
    ]
    best = table.power[table.effect == table.effect.max()].max()
    many, share = words.in_words(len(tests)), words.in_hundred(best)
    if best < 0.5:
        finding = f"Even a loss stopped altogether would be found in at most {share} simulated trials"
    elif best < 0.8:
        finding = f"A loss stopped altogether would be found in {share} simulated trials at best"
    else:
        finding = f"A loss stopped altogether would be found in {share} simulated trials"
    subtitle = (
        f"Height = of 100 simulated trials of this size, how many reach the level with one of {many} tests; dashed = the "
        "assumed effect. Mean and spread of the loss are borrowed; no value is of this trial."
    )
    ends = [
        f"{world[0].lower()}{world[1:]}, {words.between(part.min(), part.max(), lambda power: words.number(100 * power))}"
        for world, part in table[table.effect == table.effect.max()].groupby("world", sort=False).power
    ]
    return theme.finish(
        marks.plot(layers, width, height, theme.title(finding, subtitle, width)),
        f"Lines: of 100 simulated trials, how many reach the level, by the share of loss prevented, for {many} tests. "
        f"With all of it prevented: {'; '.join(ends)}. Simulated, effect and spread assumed.",
    )


def find_the_trial(table, width):
    """Numbered panels of simulated trials, one grey dot a simulated person; in one panel the highest dose works.

    `table`: panel, dose (both from 1), loss. The picture does not say which panel it is.
    """
    beside, tall = (4 if width >= 500 else 3), 96
    rows, doses = table[["panel", "dose", "loss"]].reset_index(drop=True), int(table.dose.max())
    cell, line = width / beside, tall + 34
    column, row = (rows.panel - 1) % beside, (rows.panel - 1) // beside
    low, high = rows.loss.min(), rows.loss.max()
    rows["at"] = column * cell + 14 + (cell - 40) * (rows.dose - 0.5) / doses
    rows["row"] = row * line + 24 + (tall - 8) * (high - rows.loss) / (high - low) + 4
    ground = pd.DataFrame(
        {"start": column * cell + 8, "end": (column + 1) * cell - 20, "top": row * line + 24.0, "panel": rows.panel}
    ).drop_duplicates()
    ground["foot"], ground["name"] = ground.top + tall, ground.panel.astype(str)
    ground["name_row"] = ground.top - 14
    scale = alt.Scale(domain=[0, width], range=[0, width], nice=False, zero=False)
    x, y = (lambda field: alt.X(f"{field}:Q", scale=scale, axis=None)), marks.down(line * (int(row.max()) + 1))
    panels = words.in_words(rows.panel.nunique())
    return theme.finish(
        marks.plot(
            [
                marks.rule(ground, x("start"), y("foot"), x2="end", color=theme.MUTED),
                marks.rule(ground, x("start"), y("top"), y2="foot", color=theme.RULE),
                marks.dots(rows, x("at"), y("row"), color=theme.COMPARATOR, edge=theme.PAPER, size=60),
                marks.label(ground, "name", x("start"), y("name_row"), bold=True),
            ],
            width,
            line * (int(row.max()) + 1),
            theme.title(
                f"{words.sentence(panels)} simulated trials. In one, the highest dose works. Which?",
                "One dot = one simulated person; higher up = more brain volume lost in a year, one scale for all. Doses from "
                "lowest (left) to highest (right). Nobody shown here exists.",
                width,
            ),
        ),
        f"Line-up of {panels} panels of simulated trials, each with {words.in_words(doses)} doses, a dot a simulated person, by "
        "yearly brain loss. In one the highest dose prevents loss; in the others dose does nothing. Which? The numbers of "
        "every panel stand in the table; the answer is folded below.",
    )
