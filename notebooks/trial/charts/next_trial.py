"""Drawings of chapter 05: how many people a trial needs."""

import altair as alt
import numpy as np
import pandas as pd
from scipy.stats import norm

from trial import words
from trial.charts import curves, marks, panels, theme, units
from trial.charts.figure import figure

NAMES = 17  # letters of the names beside beliefs and their curves


def people_needed(table, width, effect, power, alpha, origin):
    """People in each group against the share of the loss that is prevented, a line for each basis; `effect` is marked.

    `table`: effect (share prevented, `effect` among them), basis ("of all loss"), people_per_arm. `power` and `alpha`
    (two-sided), shares, stand in the words only, as does `origin`, the sentence on where loss and spread come from. The scale of people is logarithmic.
    """
    rows = table[["effect", "basis", "people_per_arm"]].assign(share=100 * table.effect)
    chosen = rows[(rows.effect - effect).abs() < 1e-9]
    if chosen.empty:
        raise ValueError(f"effect {effect} is not among the shares drawn; add it to the table.")
    chosen = chosen.assign(text=[words.number(people) for people in chosen.people_per_arm])
    bases = list(rows.groupby("basis", sort=False).people_per_arm.max().sort_values().index)
    hues = dict(zip(bases, [theme.COHORT["D"], theme.SEEN, theme.MUTED], strict=False))
    ends = rows.loc[rows.groupby("basis", sort=False).effect.idxmax()]
    ends = ends.assign(text=[marks.folded(f"share {basis}", curves.letters(width)) for basis in ends.basis])
    on = _people_against_share(rows, width)
    layers = [
        *_chosen_share(effect, (100 * effect - rows.share.min()) / max(rows.share.max() - rows.share.min(), 1e-9), on),
        marks.line(rows, on.x("share"), on.y("people_per_arm"), hues=hues, field="basis"),
        marks.dots(
            chosen, on.x("share"), on.y("people_per_arm"), hues=hues, field="basis", edge=theme.PAPER, size=theme.DOT
        ),
        *_numbers(chosen, chosen.basis == bases[-1], rows.share.max(), on),
        *curves.ends(ends, "people_per_arm", on, hues, "basis"),
    ]
    fewest, most, half = chosen.people_per_arm.min(), chosen.people_per_arm.max(), words.percent(effect)
    finding = f"To see {half} less loss takes {words.number(fewest)} people a group"
    if most > fewest:
        finding += f", or {words.number(most)} if ageing itself cannot be slowed"
    subtitle = [
        f"Line = people in each of two groups who complete the trial, for an effect seen {words.in_hundred(power)} times "
        f"at a two-sided level of {words.percent(alpha)}. Worked out by the normal formula (a t test takes up to two more) from an assumed loss and spread.",
        f"{origin} Scale: each step up multiplies the people.",
    ]
    said = words.listed([f"{row.text} ({row.basis})" for row in chosen.itertuples()])
    told = (
        f"Curves of people needed in each group, logarithmic, against the share of yearly loss prevented, in %: at "
        f"{half} {said}; from {words.number(rows.people_per_arm.min())} to {words.number(rows.people_per_arm.max())} over the range drawn. "
        "Worked out from assumed values."
    )
    return figure(curves.drawn(layers, on), finding, subtitle, told, width)


def _people_against_share(rows, width):
    low, high = rows.people_per_arm.min(), 1.15 * rows.people_per_arm.max()
    # A decade of people a step, with twos and fives between, as far as the lines go.
    steps = [lead * 10**tens for tens in range(7) for lead in (1, 2, 5)]
    bottom = max([step for step in steps if step <= low], default=1)
    first, last = rows.share.min(), rows.share.max()
    return curves.plane(
        width,
        [first - 0.12 * (last - first), last],  # room for a number before the first share
        [bottom, high],
        "Share of the yearly loss prevented, % (assumed)",
        names=curves.letters(width),
        labels=6,
        log="y",
        levels=[step for step in steps if bottom <= step <= high],
        level="format(datum.value, ',d')",
        values=[share for share in range(0, 101, 20) if first - 1 <= share <= last + 1],
    )


def _chosen_share(effect, along, on):
    # The lines fall to the right: words are free of them below on the left, above on the right.
    mark = pd.DataFrame({"share": [100 * effect], "text": [f"{words.percent(effect)} prevented"]})
    early = along <= 0.5
    place = {"align": "left", "dx": theme.GAP} if early else {"align": "right", "dx": -theme.GAP}
    row = alt.YValue(on.foot - theme.GAP if early else on.top + theme.GAP)
    return [
        curves.upright(mark, "share", on, color=theme.COMPARATOR),
        marks.label(mark, "text", on.x("share"), row, color=theme.MUTED, **place),
    ]


def _numbers(chosen, highest, last, on):
    # Above the highest line and below the others; at the last shares, names stand on the right.
    look = {"bold": True, "size": theme.HEAD_LETTER}
    late = (
        {"align": "right", "dx": 0, "dy": -theme.GAP}
        if on.at(chosen.share.iloc[0]) > on.at(last) - theme.FIGURE
        else {}
    )
    place = on.x("share"), on.y("people_per_arm")
    return [
        curves.beside(chosen[highest], "text", *place, **look, **late),
        curves.beside(chosen[~highest], "text", *place, above=False, **look),
    ]


def more_people(table, width, believed, grid, per_arm, enrolled, effect, dropout, alpha, origin):
    """What more people can buy: beliefs as strips of 50 dots, and the chance of success against people in each group.

    `table`: people_per_arm, curve ("hoped" or a belief), chance. `believed`: belief, beside (its name), mean, sd, ceiling, more_than_total.
    `grid`: effect, spread, dropout (whole per cent), hoped and one column a belief (chances), equivalent; the reader's
    sliders filter it. `per_arm` complete of `enrolled` in each group; `effect`, `dropout`, `alpha` are shares;
    `origin` is the sentence on where loss and spread come from.
    """
    names = list(believed.belief)
    hues = dict(zip(names, [theme.MUTED, theme.COHORT["D"], theme.COHORT["C"], theme.SEEN], strict=True))
    beside = dict(zip(names, believed.beside, strict=True))
    chances = _chances(table, believed, _read(grid, beside, enrolled, width), effect, hues, width)
    chart = alt.vconcat(_strips(believed, width, hues), chances, spacing=theme.ROW_GAP)
    if believed.ceiling.min() > 0.99:
        finding = "Whoever is sure of an effect can buy success with people"
    else:
        finding = "More people cannot buy certainty about an effect that may not exist"
    subtitle = [
        "Dot = 2 in 100 of a belief in the share of the loss prevented; shaded = more than total. Line = chance of a result clearly "
        f"in favour (two-sided level {words.percent(alpha)}), dashed if the effect is as hoped; dotted = the most any size can reach. "
        f"Worked out from assumed beliefs, loss and spread, which is taken as known. {origin}",
    ]
    here = table[table.people_per_arm == per_arm].set_index("curve").chance
    over = words.between(min(here[names]), max(here[names]))
    told = (
        f"Strips of dots for {words.in_words(len(names))} beliefs, and curves of the chance of success against people per group. At "
        f"{words.number(per_arm)}: {words.percent(here['hoped'])} if the hoped effect is real, {over} over the beliefs, whose ceilings are "
        f"{words.between(believed.ceiling.min(), believed.ceiling.max())}. Worked out from assumed beliefs."
    )
    controls = [
        marks.slider(name, label, [value for value in sorted(set(grid[column])) if value % step == 0], start)
        for name, label, column, step, start in (
            ("hoped_effect", "Share prevented, if it works as hoped, %", "effect", 10, round(100 * effect)),
            ("own_spread", "Spread between people, % of the one assumed", "spread", 50, 100),
            ("own_dropout", "People who leave, %", "dropout", 10, round(100 * dropout)),
        )
    ]
    return figure(chart, finding, subtitle, told, width, controls=controls)


def _read(grid, beside, enrolled, width):
    """What the sliders can set, with the people per group of the same strength and the reading in words."""
    text = [units.fitting(_told(row, beside, enrolled), 0.8 * width) for row in grid.to_dict("records")]
    return grid[["effect", "spread", "dropout"]].assign(people=grid.equivalent, text=text)


def _chances(table, believed, read, effect, hues, width):
    """The chance of success against people in each group: a line a belief under its ceiling, and one if all is as hoped."""
    low, high = int(table.people_per_arm.min()), int(table.people_per_arm.max())
    steps = [lead * 10**tens for tens in range(8) for lead in (1, 2, 5)]
    on = curves.plane(
        width,
        [low, high],
        [0, 100],
        "People in each group who complete",
        names=NAMES,
        above=read.text.str.count("\n").max() + 1,
        log="x",
        levels=[0, 20, 40, 60, 80, 100],
        level="datum.value + '%'",
        values=[step for step in steps if low <= step <= high][:: 1 if theme.wide(width) else 2],
        format=",d",
    )
    rows = table[["curve"]].assign(people=table.people_per_arm, chance=100 * table.chance)
    tops = believed[["belief"]].assign(start=low, end=high, chance=100 * believed.ceiling)
    read = read.assign(people=read.people.clip(low, high).round(2))
    ends = pd.DataFrame({"curve": believed.belief, "chance": tops.chance})
    ends["text"] = [f"{row.beside}:\n{_at_most(row.ceiling)}" for row in believed.itertuples()]
    hoped = rows[(rows.people == high) & (rows.curve == "hoped")][["curve", "chance"]]
    ends = pd.concat([hoped.assign(text=f"if exactly {words.percent(effect)}"), ends], ignore_index=True)
    now = "datum.effect == hoped_effect && datum.spread == own_spread && datum.dropout == own_dropout"
    place = on.x("people"), on.y("chance")
    layers = [
        *[
            marks.rule(tops[tops.belief == name], on.x("start"), place[1], x2="end", color=hue, dash=(2, 4), width=1.5)
            for name, hue in hues.items()
        ],
        *[marks.line(rows[rows.curve == name], *place, color=hue) for name, hue in hues.items()],
        marks.line(rows[rows.curve == "hoped"], *place, color=theme.COMPARATOR, dash=(6, 4)),
        marks.where(now, curves.upright, read, "people", on),
        marks.where(now, curves.over, read, "text", on),
        *curves.ends(ends, "chance", on, {"hoped": theme.MUTED} | hues, "curve"),
    ]
    return curves.drawn(layers, on)


def _at_most(share):
    text = words.percent(share)
    if text.startswith("less"):
        return text.replace("less than", "below")
    return "at most 100%" if text.startswith("more") else f"at most {text}"


def _told(row, beside, enrolled):
    chances = "\n".join(f"{words.in_hundred(row[name])} under {_under(told)}" for name, told in beside.items())
    return (
        f"{words.number(enrolled)} enrolled a group, {words.percent(row['dropout'] / 100)} leave, spread {row['spread']}% of the one assumed:\n"
        f"{words.in_hundred(row['hoped'])} trials succeed if {words.percent(row['effect'] / 100)} is prevented,\n{chances}"
    )


def _under(told):
    return f"the belief {told}" if " " in told else f"the {told} belief"


def _strips(believed, width, hues):
    """Beliefs as quantile dot plots on one axis of the share prevented."""
    places = norm.ppf((0.5 + np.arange(50)) / 50)
    dots = pd.DataFrame({"belief": believed.belief.repeat(len(places))}).reset_index(drop=True)
    dots["share"] = 100 * np.concatenate([row.mean + row.sd * places for row in _rows(believed)])
    low, high = min(dots.share.min(), -20.0), max(dots.share.max(), 120.0)
    step = 50 if high - low < 600 else 1000
    values = [value for value in range(-10000, 10001, step) if low <= value <= high]
    on = panels.stack(
        width,
        list(hues),
        [low, high],
        "Share of the yearly loss prevented, %",
        tall=theme.SMALL - theme.STEP,
        lines=0,
        labels=4,
        names=NAMES,
        values=[value for value in values if theme.wide(width) or value % 100 == 0],
    )
    bins = round((on.right - on.left) / theme.PITCH)
    number = ((dots.share - low) / (high - low) * bins).clip(0, bins - 1e-9).astype(int)
    dots = panels.piled(dots.assign(share=low + (high - low) * (number + 0.5) / bins), ["belief", "share"])
    pitch = min(theme.PITCH, on.tall / (dots.place.max() + 1))
    labels = believed[["belief"]].assign(
        row=believed.belief.map(on.feet) - on.tall / 2, text=[_named(row) for row in _rows(believed)]
    )
    shade = pd.DataFrame({"start": [100.0], "end": [high], "top": [0.0], "foot": [on.height]})
    layers = [
        marks.box(shade, on.x("start"), on.y("top"), "end", "foot", color=theme.SEEN_PALE, opacity=0.45),
        panels.upright(0.0, on, color=theme.COMPARATOR),
        *panels.levels(on, {0: ""}),
        *[
            panels.dots(dots[dots.belief == name], "share", "belief", on, pitch, color=hue)
            for name, hue in hues.items()
        ],
        *[
            marks.label(labels[labels.belief == name], "text", alt.XValue(on.right + theme.GAP), on.y("row"), color=hue)
            for name, hue in hues.items()
        ],
    ]
    return panels.drawn(layers, on)


def _rows(believed):
    return believed[["belief", "beside", "mean", "sd", "more_than_total"]].itertuples(index=False, name="Belief")


def _named(row):
    lines = [row.beside]
    if row.more_than_total >= 0.005:
        lines.append(f"{words.in_hundred(row.more_than_total)}:\nmore than total")
    return "\n".join(lines)
