"""Drawings of chapter 05: how many people a trial needs."""

import altair as alt
import pandas as pd
from scipy.stats import norm

from trial import words
from trial.charts import marks, theme


def people_needed(table, width, effect, power, alpha, origin):
    """People in each group against the share of the loss that is prevented, a line for each basis; `effect` is marked.

    `table`: effect (share prevented, `effect` among them), basis ("of all loss"), people_per_arm. `power` and `alpha`
    (two-sided), shares, stand in the words only, as does `origin`, the sentence on where loss and spread come from. The scale of people is logarithmic.
    """
    wide, height = width >= 500, 300
    left, right = 44, width - (176 if wide else 14)
    rows = table[["effect", "basis", "people_per_arm"]].reset_index(drop=True)
    rows["share"] = 100 * rows.effect
    bases = list(rows.groupby("basis", sort=False).people_per_arm.max().sort_values().index)
    hues = dict(zip(bases, [theme.COHORT["D"], theme.CAUTION, theme.MUTED], strict=False))
    low, high = rows.people_per_arm.min(), rows.people_per_arm.max()
    # A decade of people a step, with twos and fives between, as far as the lines go.
    steps = [lead * 10**power_of_ten for power_of_ten in range(7) for lead in (1, 2, 5)]
    bottom = max([step for step in steps if step <= low], default=1)
    scale = alt.Scale(type="log", domain=[bottom, high * 1.15], range=[height, 0], nice=False)
    values = [step for step in steps if bottom <= step <= high * 1.15]
    axis = alt.Axis(title=None, values=values, format=",d", grid=False, tickSize=4, offset=-left)

    def y(field):
        return alt.Y(f"{field}:Q", scale=scale, axis=axis)

    shares = [20 * step for step in range(6) if rows.share.min() - 1 <= 20 * step <= rows.share.max() + 1]
    # Room for a number between the axis and the first share.
    x = marks.across(
        [rows.share.min(), rows.share.max()],
        left + 44,
        right,
        values=shares,
        title="Share of the yearly loss prevented, % (assumed)",
    )
    chosen = rows[(rows.effect - effect).abs() < 1e-9].copy()
    if chosen.empty:
        raise ValueError(f"effect {effect} is not among the shares drawn; add it to the table.")
    chosen["text"] = [words.number(people) for people in chosen.people_per_arm]
    highest, others = (chosen[(chosen.basis == bases[-1]) == top] for top in (True, False))
    ends = rows.loc[rows.groupby("basis", sort=False).effect.idxmax()].copy()
    ends["text"] = [marks.folded(f"share {basis}", 26) for basis in ends.basis]
    mark = pd.DataFrame({"share": [100 * effect], "text": [f"{words.percent(effect)} prevented"]})
    mark["low"], mark["high"] = bottom, high * 1.15
    # The lines fall to the right: words are free of them above the highest and below the others.
    along = (100 * effect - rows.share.min()) / max(rows.share.max() - rows.share.min(), 1e-9)
    early, late = along <= 0.5, along > 0.85
    beside = {"align": "left", "dx": 9, "dy": -11} if not late else {"align": "right", "dx": -4, "dy": -20}
    layers = [
        marks.rule(mark, x("share"), y("low"), y2="high", color=theme.COMPARATOR, dash=(3, 3)),
        alt.Chart(rows[["share", "people_per_arm", "basis"]])
        .mark_line(strokeWidth=2.5, aria=False)
        .encode(x=x("share"), y=y("people_per_arm"), color=marks.painted("basis", hues)),
        marks.dots(chosen, x("share"), y("people_per_arm"), hues=hues, field="basis", edge=theme.PAPER, size=150),
        marks.label(highest, "text", x("share"), y("people_per_arm"), bold=True, size=14, **beside),
        marks.label(others, "text", x("share"), y("people_per_arm"), align="right", dx=-9, dy=11, bold=True, size=14),
        marks.label(
            mark,
            "text",
            x("share"),
            y("low" if early else "high"),
            align="left" if early else "right",
            dx=6 if early else -6,
            dy=-9 if early else 8,
            color=theme.MUTED,
        ),
    ]
    if wide:
        layers += [
            marks.label(ends[ends.basis == basis], "text", x("share"), y("people_per_arm"), dx=9, color=hue)
            for basis, hue in hues.items()
        ]
    chart = alt.layer(*layers, width=width - 2, height=height)
    if not wide:
        names = pd.DataFrame({"text": [f"share {basis}" for basis in bases[::-1]]})
        names["row"], names["at"] = [9.0 + 18 * place for place in range(len(names))], 12.0
        names["basis"] = bases[::-1]
        pixel, down = marks.across([0, width], 0, width), marks.down(18 * len(names))
        key = alt.layer(
            marks.dots(names, pixel("at"), down("row"), hues=hues, field="basis", size=120),
            marks.label(names, "text", alt.XValue(24), down("row")),
            width=width - 2,
            height=18 * len(names),
        )
        chart = alt.vconcat(key, chart, spacing=8).resolve_scale(x="independent", y="independent")
    most = chosen.people_per_arm.max()
    half = words.percent(effect)
    if len(chosen) > 1 and most > chosen.people_per_arm.min():
        finding = (
            f"To see {half} less loss takes {words.number(chosen.people_per_arm.min())} people a group, or "
            f"{words.number(most)} if ageing itself cannot be slowed"
        )
    else:
        finding = f"To see {half} less loss takes {words.number(most)} people a group"
    subtitle = [
        f"Line = people in each of two groups who complete the trial, for an effect seen {words.in_hundred(power)} times "
        f"at a two-sided level of {words.percent(alpha)}. Worked out by the normal formula from an assumed loss and spread.",
        f"{origin} Scale: each step up multiplies the people.",
    ]
    told = words.listed([f"{row.text} ({row.basis})" for row in chosen.itertuples()])
    return theme.finish(
        chart,
        f"Curves of people needed in each group, logarithmic, against the share of yearly loss prevented, in %: at "
        f"{half} {told}; from {words.number(low)} to {words.number(high)} over the range drawn. Worked out from assumed values.",
        theme.title(finding, subtitle, width),
    )


def more_people(table, width, believed, grid, per_arm, enrolled, effect, dropout, alpha, origin):
    """What more people can buy: beliefs as strips of 50 dots, and the chance of success against people in each group.

    `table`: people_per_arm, curve ("hoped" or a belief), chance. `believed`: belief, mean, sd, ceiling, more_than_total.
    `grid`: effect, spread, dropout (whole per cent), hoped and one column a belief (chances), equivalent; the reader's
    sliders filter it. `per_arm` complete of `enrolled` in each group; `effect`, `dropout`, `alpha` are shares;
    `origin` is the sentence on where loss and spread come from.
    """
    wide = width >= 500
    names = list(believed.belief)
    hues = dict(zip(names, [theme.MUTED, theme.COHORT["D"], theme.CAUTION], strict=True))
    left, right = 42, width - (134 if wide else 116)
    strips = _strips(believed, width, wide, hues)
    height = 270 if wide else 250
    # the curves
    rows = pd.DataFrame({"people": table.people_per_arm, "curve": table.curve, "chance": 100 * table.chance})
    low, high = int(rows.people.min()), int(rows.people.max())
    steps = [lead * 10**tens for tens in range(8) for lead in (1, 2, 5)]
    shown = [step for step in steps if low <= step <= high]
    shown = shown if wide else shown[::2]
    x = marks.across(
        [low, high], left, right, log=True, values=shown, title="People in each group who complete", format=",d"
    )
    scale = alt.Scale(domain=[0, 100], range=[height, 0])
    axis = alt.Axis(
        title=None, values=[0, 20, 40, 60, 80, 100], format="d", labelExpr="datum.label + '%'", grid=False, offset=-left
    )

    def y(field):
        return alt.Y(f"{field}:Q", scale=scale, axis=axis)

    tops = pd.DataFrame({"from": low, "people": high, "chance": 100 * believed.ceiling, "belief": names})
    ends = rows[rows.people == high].set_index("curve").chance
    labels = pd.DataFrame(
        [
            {"curve": "hoped", "at": ends["hoped"], "text": f"if exactly {words.percent(effect)}"},
            *(
                {
                    "curve": row.belief,
                    "at": 100 * row.ceiling,
                    "text": f"{row.belief}:\n{_at_most(row.ceiling)}",
                }
                for row in believed.itertuples()
            ),
        ]
    ).sort_values("at", ascending=False, kind="stable", ignore_index=True)
    # labels keep their distance: each stands at its line's end or below the one before it
    apart, lowest, placed = 3300 / height, 101.0, []
    for at in labels["at"]:
        lowest = min(at, lowest)
        placed.append(lowest)
        lowest -= apart
    short = min(0.0, min(placed) - 100 * 16 / height)
    labels["chance"], labels["people"] = [place - short for place in placed], high
    tints = {"hoped": theme.COMPARATOR} | hues
    now = "datum.effect == hoped_effect && datum.spread == own_spread && datum.dropout == own_dropout"
    read = grid[["effect", "spread", "dropout"]].reset_index(drop=True)
    read["people"] = grid.equivalent.clip(low, high).round(2).to_numpy()
    read["text"] = [_told(row, names, enrolled) for row in grid.to_dict("records")]
    layers = [
        *(
            alt.Chart(tops[tops.belief == name][["from", "people", "chance"]])
            .mark_rule(color=hues[name], strokeDash=[2, 4], strokeWidth=1.5, aria=False)
            .encode(x=x("from"), x2=alt.X2("people:Q"), y=y("chance"))
            for name in names
        ),
        *(
            alt.Chart(rows[rows.curve == curve][["people", "chance"]])
            .mark_line(color=hue, strokeWidth=2.4, strokeDash=[6, 4] if curve == "hoped" else [1, 0], aria=False)
            .encode(x=x("people"), y=y("chance"))
            for curve, hue in tints.items()
        ),
        alt.Chart(read[["effect", "spread", "dropout", "people"]])
        .mark_rule(color=theme.INK, strokeDash=[3, 3], aria=False)
        .encode(x=x("people"), y=alt.YValue(0), y2=alt.Y2Value(height))
        .transform_filter(now),
        *(
            marks.label(
                labels[labels.curve == curve],
                "text",
                x("people"),
                y("chance"),
                dx=8,
                color=hues.get(curve, theme.MUTED),
            )
            for curve, hue in tints.items()
        ),
    ]
    curves = alt.layer(*layers, width=width - 2, height=height)
    lines = 5 if wide else 7
    told = (
        alt.Chart(read[["effect", "spread", "dropout", "text"]] if wide else _narrow(read))
        .mark_text(
            align="left", baseline="top", fontSize=12, lineBreak="\n", lineHeight=16, color=theme.INK, aria=False
        )
        .encode(x=alt.XValue(left), y=alt.YValue(2), text=alt.Text("text:N"))
        .transform_filter(now)
        .properties(width=width - 2, height=16 * lines + 4)
    )
    chart = alt.vconcat(strips, curves, told, spacing=12).resolve_scale(x="independent", y="independent")
    ranges = {
        "effect": ("hoped_effect", "Share prevented, if it works as hoped, %", 10),
        "spread": ("own_spread", "Spread between people, % of the one assumed", 50),
        "dropout": ("own_dropout", "People who leave, %", 10),
    }
    start = {"effect": round(100 * effect), "spread": 100, "dropout": round(100 * dropout)}
    usual = {
        name: [value for value in sorted(set(grid[name])) if value % step == 0] for name, (_, _, step) in ranges.items()
    }
    chart = chart.add_params(
        *(marks.slider(param, label, usual[name], start[name]) for name, (param, label, _) in ranges.items())
    )
    if believed.ceiling.min() > 0.99:
        finding = "Whoever is sure of an effect can buy success with people"
    else:
        finding = "More people cannot buy certainty about an effect that may not exist"
    subtitle = [
        "Dot = 2 in 100 of a belief in the share of the loss prevented; shaded = more than total. Line = chance of a result clearly "
        f"in favour (two-sided level {words.percent(alpha)}), dashed if the effect is as hoped; dotted = the most any size can reach. "
        f"Worked out from assumed beliefs, loss and spread. {origin}",
    ]
    here = rows[rows.people == per_arm].set_index("curve").chance / 100
    over = words.between(min(here[names]), max(here[names]))
    return theme.finish(
        chart,
        f"Strips of dots for {words.in_words(len(names))} beliefs, and curves of the chance of success against people per group. At "
        f"{words.number(per_arm)}: {words.percent(here['hoped'])} if the hoped effect is real, {over} over the beliefs, whose ceilings are "
        f"{words.between(believed.ceiling.min(), believed.ceiling.max())}. Worked out from assumed beliefs.",
        theme.title(finding, subtitle, width),
    )


def _at_most(share):
    text = words.percent(share)
    if text.startswith("less"):
        return text.replace("less than", "below")
    return "at most 100%" if text.startswith("more") else f"at most {text}"


def _told(row, names, enrolled):
    chances = "\n".join(f"{words.in_hundred(row[name])} under the {name} belief" for name in names)
    return (
        f"{words.number(enrolled)} enrolled a group, {words.percent(row['dropout'] / 100)} leave, spread {row['spread']}% of the one assumed:\n"
        f"{words.in_hundred(row['hoped'])} trials succeed if {words.percent(row['effect'] / 100)} is prevented,\n{chances}"
    )


def _narrow(read):
    rows = read[["effect", "spread", "dropout"]].copy()
    rows["text"] = ["\n".join(marks.folded(line, 46) for line in text.split("\n")) for text in read.text]
    return rows


def _strips(believed, width, wide, hues):
    """Beliefs as quantile dot plots on one axis of the share prevented."""
    left, right, deep = 42, width - (134 if wide else 116), 58
    bins = round((right - left) / 8)
    places = norm.ppf((0.5 + pd.Series(range(50))) / 50)
    dots = pd.DataFrame(
        [
            {"belief": row.belief, "share": 100 * (row.mean + row.sd * place)}
            for row in _rows(believed)
            for place in places
        ]
    )
    low, high = min(dots.share.min(), -20.0), max(dots.share.max(), 120.0)
    step = (high - low) / bins
    dots["bin"] = ((dots.share - low) / step).clip(0, bins - 1e-9).astype(int)
    dots["share"] = low + step * (dots.bin + 0.5)
    dots["stack"] = dots.groupby(["belief", "bin"]).cumcount()
    pitch = min(8.0, (deep - 8) / (dots["stack"].max() + 1))
    order = {name: place for place, name in enumerate(hues)}
    dots["row"] = dots.belief.map(order) * (deep + 6) + deep - pitch * (dots["stack"] + 0.5)
    height = len(hues) * (deep + 6)
    values = [
        value
        for value in (range(-1000, 1001, 50) if high - low < 600 else range(-10000, 10001, 1000))
        if low <= value <= high
    ]
    values = values if wide else [value for value in values if value % 100 == 0]
    x = marks.across([low, high], left, right, values=values, title="Share of the yearly loss prevented, %")
    y = marks.down(height)
    shade = pd.DataFrame({"from": [100.0], "to": [high], "top": [0.0], "foot": [float(height)]})
    feet = pd.DataFrame({"from": low, "to": high, "row": [order[name] * (deep + 6.0) + deep for name in hues]})
    labels = pd.DataFrame(
        {
            "belief": believed.belief,
            "row": [order[name] * (deep + 6.0) + deep / 2 for name in believed.belief],
            "text": [_named(row) for row in _rows(believed)],
        }
    )
    zero = pd.DataFrame({"zero": [0.0], "top": [0.0], "foot": [float(height)]})
    layers = [
        alt.Chart(shade)
        .mark_rect(color=theme.CAUTION_PALE, opacity=0.45, aria=False)
        .encode(x=x("from"), x2=alt.X2("to:Q"), y=y("top"), y2=alt.Y2("foot:Q")),
        marks.rule(zero, x("zero"), y("top"), y2="foot", color=theme.COMPARATOR, dash=(3, 3)),
        marks.rule(feet, x("from"), y("row"), x2="to"),
        *(
            marks.dots(dots[dots.belief == name], x("share"), y("row"), color=hue, size=0.6 * pitch * pitch)
            for name, hue in hues.items()
        ),
        *(
            marks.label(labels[labels.belief == name], "text", alt.XValue(right + 8), y("row"), color=hue)
            for name, hue in hues.items()
        ),
    ]
    return alt.layer(*layers, width=width - 2, height=height)


def _rows(believed):
    return believed[["belief", "mean", "sd", "more_than_total"]].itertuples(index=False, name="Belief")


def _named(row):
    lines = [row.belief]
    if row.more_than_total >= 0.005:
        lines.append(f"{words.in_hundred(row.more_than_total)}:\nmore than total")
    return "\n".join(lines)
