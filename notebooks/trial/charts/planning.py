"""Drawings of chapter 05: how many people a trial needs."""

import altair as alt
import pandas as pd

from trial import words
from trial.charts import marks, theme


def people_needed(table, width, effect, power, alpha):
    """People in each group against the share of the loss that is prevented, a line for each basis; `effect` is marked.

    `table`: effect (share prevented, `effect` among them), basis ("of all loss"), people_per_arm. `power` and `alpha`
    (two-sided), shares, stand in the words only. The scale of people is logarithmic.
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
    chart = alt.layer(*layers).properties(width=width - 2, height=height)
    if not wide:
        names = pd.DataFrame({"text": [f"share {basis}" for basis in bases[::-1]]})
        names["row"], names["at"] = [9.0 + 18 * place for place in range(len(names))], 12.0
        names["basis"] = bases[::-1]
        pixel, down = marks.across([0, width], 0, width), marks.down(18 * len(names))
        key = alt.layer(
            marks.dots(names, pixel("at"), down("row"), hues=hues, field="basis", size=120),
            marks.label(names, "text", alt.value(24), down("row")),
        ).properties(width=width - 2, height=18 * len(names))
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
        "Scale: each step up multiplies the people.",
    ]
    told = words.listed([f"{row.text} ({row.basis})" for row in chosen.itertuples()])
    return theme.finish(
        chart.properties(title=theme.title(finding, subtitle, width)),
        f"Curves of people needed in each group, logarithmic, against the share of yearly loss prevented, in %: at "
        f"{half} {told}; from {words.number(low)} to {words.number(high)} over the range drawn. Worked out from assumed values.",
    )
