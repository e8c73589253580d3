"""Drawings of chapter 05: how many people a trial needs."""

import altair as alt
import numpy as np
import pandas as pd
from scipy.stats import norm

from trial import words
from trial.charts import curves, marks, panels, theme
from trial.charts import rows as row_marks
from trial.charts.figure import figure

NAMES = 17  # letters of the names beside beliefs and their curves
THICK = 1, 2, 3.5  # of the curves of beliefs, one by one
STEPS = [lead * 10**tens for tens in range(8) for lead in (1, 2, 5)]  # of people, on a logarithmic scale


def people_needed(table, width, effect, power, alpha, people, confidence, origin):
    """People in each group against the share of the loss that is prevented, a line for each basis; `effect` is marked.

    `table`: effect (share prevented, `effect` among them), basis ("of all loss"), people_per_arm, exact (not rounded), and for one
    basis fewest and most: the band that `people` leave of the mean. `power`, `alpha` (two-sided) and `confidence`, shares, stand in
    the words only, as does `origin`, the sentence on where loss and spread come from. The scale of people is logarithmic.
    """
    rows = table.assign(share=100 * table.effect)
    chosen = rows[(rows.effect - effect).abs() < 1e-9]
    if chosen.empty:
        raise ValueError(f"effect {effect} is not among the shares drawn; add it to the table.")
    chosen = chosen.assign(text=[words.number(people) for people in chosen.people_per_arm])
    bases = list(rows.groupby("basis", sort=False).exact.max().sort_values().index)
    hues = dict(zip(bases, [theme.INK, theme.MUTED], strict=False))
    ends = rows.loc[rows.groupby("basis", sort=False).effect.idxmax()]
    ends = ends.assign(text=[marks.folded(f"share {basis}", curves.letters(width)) for basis in ends.basis])
    on, top = _people_against_share(rows, width)
    band = rows[np.isfinite(rows.fewest)]
    band = band.assign(most=np.minimum(band.most, top))
    layers = [
        _upward("People in each group who complete", on),
        *_band(band, on, top),
        *_chosen_share(effect, (100 * effect - rows.share.min()) / max(rows.share.max() - rows.share.min(), 1e-9), on),
        *[
            marks.line(rows[rows.basis == basis], on.x("share"), on.y("exact"), color=hue, dash=dash, smooth=True)
            for (basis, hue), dash in zip(hues.items(), [(1, 0), (6, 4)], strict=False)
        ],
        marks.dots(chosen, on.x("share"), on.y("exact"), hues=hues, field="basis", edge=theme.PAPER, size=theme.DOT),
        *_numbers(chosen, chosen.basis == bases[-1], rows.share.max(), on),
        *curves.ends(ends, "exact", on, hues, "basis"),
    ]
    fewest, most, half = chosen.people_per_arm.min(), chosen.people_per_arm.max(), words.percent(effect)
    finding = f"{half} less loss takes {words.number(fewest)} people a group"
    if most > fewest:
        finding += f", {words.number(most)} if ageing goes on"
    at = chosen[np.isfinite(chosen.fewest)].iloc[0]
    left = words.between(
        *map(_rounded_up, (at.fewest, at.most)), lambda n: words.number(n) if np.isfinite(n) else "no limit"
    )
    subtitle = [
        f"Line = people in each of two groups who complete the trial, for an effect seen {words.in_hundred(power)} times "
        f"(two-sided {words.percent(alpha)}; normal formula); broken: share of the loss beyond healthy ageing.",
        f"Band = what {words.number(people)} people leave open of the mean loss ({words.percent(confidence)}): at {half} from {left}. {origin}",
    ]
    said = words.listed([f"{row.text} ({row.basis})" for row in chosen.itertuples()])
    alt_text = (
        f"Curves of people needed in each group, logarithmic, against the share of yearly loss prevented, in %: at "
        f"{half} {said}, the first from {left} by what is open of the mean. Worked out from assumed values."
    )
    return figure(curves.drawn(layers, on), finding, subtitle, alt_text, width)


def _upward(text, on):
    """What the levels of a plane count, over them (the plane leaves a line above)."""
    return marks.label(
        pd.DataFrame({"text": [text]}), "text", alt.XValue(0), alt.YValue(on.top - theme.LINE), color=theme.MUTED
    )


def _rounded_up(people):
    return np.ceil(people - 1e-9)


def _band(rows, on, top):
    """The band between fewest and most, with an edge that stands out from the page."""
    place = on.x("share")
    look = {"aria": False, "color": theme.RULE, "opacity": 0.55, "interpolate": "monotone", "clip": True}
    area = alt.Chart(rows[["share", "fewest", "most"]]).mark_area(**look)
    return [
        area.encode(x=place, y=on.y("fewest"), y2=alt.Y2("most:Q")),
        *[
            marks.line(
                rows[rows[end] < top * (1 - 1e-9)], place, on.y(end), color=theme.COMPARATOR, width=1, smooth=True
            )
            for end in ("fewest", "most")
        ],
    ]


def _people_against_share(rows, width):
    band = rows[np.isfinite(rows.most)]
    low, high = min(rows.exact.min(), rows.fewest.min()), 1.15 * rows.exact.max()
    bottom = max([step for step in STEPS if step <= low], default=1)
    high = max(high, min(1.15 * band.most.max(), 2 * high) if len(band) else high)
    first, last = rows.share.min(), rows.share.max()
    made = curves.plane(
        width,
        [first - 0.12 * (last - first), last],  # room for a number before the first share
        [bottom, high],
        "Share of the yearly loss prevented, % (assumed)",
        names=curves.letters(width),
        above=1,
        labels=6,
        log="y",
        levels=[step for step in STEPS if bottom <= step <= high],
        level="format(datum.value, ',d')",
        values=[share for share in range(0, 101, 20) if first - 1 <= share <= last + 1],
    )
    return made, high


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


def more_people(table, width, believed, per_arm, effect, alpha, origin):
    """What more people can buy: beliefs as strips of 50 dots, and the chance of success against people in each group.

    `table`: people_per_arm, curve ("hoped" or a belief), chance. `believed`: belief, mean, sd, ceiling, more_than_total.
    `per_arm` people complete the trial planned; `effect` and `alpha` are shares; `origin` is the sentence on where loss and spread
    come from.
    """
    names = list(believed.belief)
    chart = alt.vconcat(
        _strips(believed, width), _chances(table, believed, per_arm, effect, width), spacing=theme.ROW_GAP
    )
    if believed.ceiling.min() > 0.99:
        finding = "Whoever is sure of an effect can buy success with people"
    else:
        finding = "More people cannot buy certainty about an effect that may not exist"
    subtitle = [
        "Dot = 2 in 100 of a belief; beyond the second upright = more than total. Line = chance of a result clearly in favour "
        f"(two-sided {words.percent(alpha)}), broken if the effect is as hoped; dotted = the most any size can reach. Worked out from "
        f"assumed beliefs; loss and spread taken as known. {origin}",
    ]
    here = table[table.people_per_arm == per_arm].set_index("curve").chance
    over = words.between(min(here[names]), max(here[names]))
    alt_text = (
        f"Strips of dots for {words.in_words(len(names))} beliefs, and curves of the chance of success against people per group. At "
        f"{words.number(per_arm)}: {words.percent(here['hoped'])} if the hoped effect is real, {over} over the beliefs, whose ceilings are "
        f"{words.between(believed.ceiling.min(), believed.ceiling.max())}. Worked out from assumed beliefs."
    )
    return figure(chart, finding, subtitle, alt_text, width)


def _chances(table, believed, per_arm, effect, width):
    """The chance of success against people in each group: a line a belief under its ceiling, and one if all is as hoped."""
    low, high = int(table.people_per_arm.min()), int(table.people_per_arm.max())
    on = curves.plane(
        width,
        [low, high],
        [0, 104],
        "People in each group who complete",
        names=NAMES,
        above=1,
        log="x",
        levels=[0, 20, 40, 60, 80, 100],
        level="datum.value + '%'",
        values=[step for step in STEPS if low <= step <= high][:: 1 if theme.wide(width) else 2],
        format=",d",
    )
    rows = table[["curve"]].assign(people=table.people_per_arm, chance=100 * table.chance)
    here = rows[rows.people == per_arm]
    named = here.curve.replace("hoped", f"if exactly {words.percent(effect)}") + ": "
    named = named if theme.wide(width) else [""] * len(here)  # a phone has no room for names within the plot
    here = here.assign(
        text=[f"{name}{words.percent(share / 100)}" for name, share in zip(named, here.chance, strict=True)]
    )
    # ceilings stand beside their names, clear of the numbers at the size planned
    tops = believed[["belief"]].assign(start=max(high / 10, low), end=high, chance=100 * believed.ceiling)
    last = rows[rows.people == high].set_index("curve").chance
    ends = pd.DataFrame({"curve": ["hoped", *believed.belief]})
    ends["chance"] = ends.curve.map(last)
    ends["text"] = [f"if exactly {words.percent(effect)}"] + [
        f"{row.belief}:\n{words.at_most(words.percent(row.ceiling))}" for row in believed.itertuples()
    ]
    place = on.x("people"), on.y("chance")
    hoped, look = here.curve == "hoped", {"bold": True, "size": theme.HEAD_LETTER}
    layers = [
        _upward("Chance of success", on),
        marks.rule(tops, on.x("start"), place[1], x2="end", color=theme.COMPARATOR, dash=(2, 4), width=1.5),
        curves.upright(here.iloc[:1], "people", on),
        *[
            marks.line(rows[rows.curve == name], *place, width=thin, smooth=True)
            for name, thin in zip(believed.belief, THICK, strict=False)
        ],
        marks.line(rows[rows.curve == "hoped"], *place, color=theme.COMPARATOR, dash=(6, 4), smooth=True),
        marks.dots(here, *place, color=theme.INK, edge=theme.PAPER, size=theme.SMALL_DOT),
        marks.label(here[hoped], "text", *place, align="right", dx=-theme.GAP, dy=-theme.GAP, **look),
        marks.label(here[~hoped], "text", *place, dx=theme.GAP, dy=theme.GAP, **look),
        *curves.ends(ends, "chance", on, {"hoped": theme.MUTED} | dict.fromkeys(believed.belief, theme.INK), "curve"),
    ]
    return curves.drawn(layers, on)


def _strips(believed, width):
    """Beliefs as quantile dot plots on one axis of the share prevented."""
    places = norm.ppf((0.5 + np.arange(50)) / 50)
    dots = pd.DataFrame({"belief": believed.belief.repeat(len(places))}).reset_index(drop=True)
    dots["share"] = 100 * np.concatenate([row.mean + row.sd * places for row in _rows(believed)])
    low, high = min(dots.share.min(), -20.0), max(dots.share.max(), 120.0)
    step = 50 if high - low < 600 else 1000
    values = [value for value in range(-10000, 10001, step) if low <= value <= high]
    on = panels.stack(
        width,
        list(believed.belief),
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
    layers = [
        *[panels.upright(at, on, color=theme.COMPARATOR) for at in (0.0, 100.0)],
        *panels.levels(on, {0: ""}),
        *[
            panels.dots(dots[dots.belief == name], "share", "belief", on, pitch, color=theme.INK)
            for name in believed.belief
        ],
        marks.label(labels, "text", alt.XValue(on.right + theme.GAP), on.y("row")),
    ]
    return panels.drawn(layers, on)


def _rows(believed):
    return believed[["belief", "mean", "sd", "more_than_total"]].itertuples(index=False, name="Belief")


def _named(row):
    lines = [row.belief]
    if row.more_than_total >= 0.005:
        lines.append(f"{words.in_hundred(row.more_than_total)}:\nmore than total")
    return "\n".join(lines)


def hangs_on(table, width):
    """Each result under the assumptions that move it most, a line from its least to its most over the range of each.

    `table`: in_words (the result), here (its value as words), named (the assumption), lowest and highest (times what the
    report says), told (both as words), the widest of each result first. The scale is logarithmic.
    """
    entries = table.assign(
        head=[f"{words.sentence(row.in_words)}: {row.here}" for row in table.itertuples()],
        name=[words.sentence(named) for named in table.named],
        text=table.told,
        one=1.0,
    )
    low, high = min(0.9, 0.95 * table.lowest.min()), max(1.1, 1.05 * table.highest.max())
    # so far apart that their numbers do not touch, and none at an end, where its number would stand out
    apart = max(1, round(np.log2(high / low) / (8 if theme.wide(width) else 4)))
    clear = (high / low) ** (0.02 if theme.wide(width) else 0.14)
    inside = [
        2.0**power for power in range(-14, 15) if power % apart == 0 and low * clear <= 2.0**power <= high / clear
    ]
    drawing = row_marks.rows(
        entries,
        [
            row_marks.upright("one"),
            row_marks.line("lowest", "highest", color=theme.COMPARATOR, thick=theme.GAP - 1),
            row_marks.dot("one", size=theme.SMALL_DOT),
            row_marks.margin(),
        ],
        width,
        [low, high],
        "Times as assumed (log)",
        log=True,
        values=inside,
    )
    tops = table.groupby("in_words", sort=False).head(1)
    often = tops.named.mode().iloc[0]
    count = int((tops.named == often).sum())
    finding = f"{words.sentence(words.in_words(count))} of {words.in_words(len(tops))} results hang most on the {often}"
    subtitle = [
        "Line = one result while one assumption goes over its range and all others stay; dot = as assumed. Ranges are judged "
        "plausible, with their reasons; they are no forecast."
    ]
    widest = tops.assign(reach=tops.highest / tops.lowest).sort_values("reach").iloc[-1]
    alt_text = (
        f"Lines, one an assumption, under each of {words.in_words(len(tops))} results, as multiples of what the report says, logarithmic: "
        f"the {often} moves {words.in_words(count)} most. Widest: {widest.in_words}, {widest.told}, by the {widest.named}. Worked out from assumed ranges."
    )
    return figure(drawing, finding, subtitle, alt_text, width)
