"""Chapter 05: the headline results as functions of what is assumed, and which assumption each of them hangs on."""

from functools import partial
from math import exp, expm1, inf, log
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline, RectBivariateSpline

from trial import assumptions, words
from trial.methods import assurance, intervals, planning, sensitivity, small_trials
from trial.next_trial import sizes
from trial.next_trial.worse import years_of

POINTS = 1024  # of the box, for shares of variance
SHOWN = 2  # assumptions a result has in the picture
LEAST = 1.05  # times: what moves a result by less is left out of the picture
CURVE = 40  # points: sizes of an effect in spreads, between which power and overstatement are read off a smooth curve


class Plan(NamedTuple):
    """What is no assumption: level, power, points and seed, years of both trials, people at each dose, people with new spots."""

    alpha: float
    power: float
    points: int
    seed: int
    years: float
    people_per_dose: tuple
    seen: int


def odds(value):
    """How many times as likely, in two digits; not told to the digit where beyond a thousand either way.

    >>> odds(0.41795), odds(9.2e-32), odds(123456)
    ('0.42', 'less than 0.001', 'more than 1,000')
    """
    if not 0.001 <= value <= 1000:
        return "less than 0.001" if value < 1 else "more than 1,000"
    return words.significant(value)


class Headline(NamedTuple):
    """A result of results.csv: how it is called, its form, the assumptions it uses, and whether it is told in times.

    What is told in times (a size, odds) may move manifold, so the variance that is shared out is that of its logarithm.
    `value`: the result as a function of what is assumed (values by name).
    """

    name: str
    in_words: str
    form: object
    uses: tuple
    ratio: bool
    value: object = None


LOSS, SPOTS = ("atrophy_mean", "atrophy_sd"), ("lesions_per_year", "lesion_dispersion")
PEOPLE = sizes.people_or("no size")
WORSE, PANEL = ("worse_spms", "hazard_ratio_spms"), ("n_analytes", "analyte_correlation")
BELIEVED = (*LOSS, "prior_neutral.mean", "prior_neutral.sd")
HEADLINES = (
    Headline("next_trial.n_per_arm", "people a group, brain volume", PEOPLE, (*LOSS, "effect"), True),
    Headline(
        "next_trial.n_per_arm_excess",
        "people a group, loss beyond ageing",
        PEOPLE,
        (*LOSS, "healthy_atrophy", "effect"),
        True,
    ),
    Headline("next_trial.n_per_arm_lesions_nb", "people a group, new spots", PEOPLE, (*SPOTS, "effect"), True),
    Headline("next_trial.n_per_arm_progression", "people a group, getting worse", PEOPLE, WORSE, True),
    Headline("next_trial.assurance_neutral", "success of {size} a group (neutral)", words.in_hundred, BELIEVED, False),
    Headline("imaging.power_3_v_9", "three v nine, p ≤ {alpha} either way", words.in_hundred, (*LOSS, "effect"), False),
    Headline("imaging.type_m_3_v_9", "three v nine overstate it, times", sizes.TWO_DIGITS, (*LOSS, "effect"), True),
    Headline("imaging.lean_halved", "new spots, times as likely if halved", odds, SPOTS, True),
    Headline("imaging.lean_doubled", "new spots, times as likely if doubled", odds, SPOTS, True),
    Headline(
        "biomarkers.p_any_false_increase_correlated", "some molecule rises by luck", words.in_hundred, PANEL, False
    ),
)


def _people(v, plan):
    return planning.people_per_arm_z(
        planning.loss_prevented(v["atrophy_mean"], v["effect"]), v["atrophy_sd"], plan.alpha, plan.power
    )


def _people_excess(v, plan):
    prevented = planning.excess_loss_prevented(v["atrophy_mean"], v["healthy_atrophy"], v["effect"])
    return planning.people_per_arm_z(prevented, v["atrophy_sd"], plan.alpha, plan.power)


def _people_spots(v, plan):
    ratio = max(round(1 - v["effect"], 9), planning.LEAST_RATIO)
    mean = v["lesions_per_year"] * plan.years
    return planning.people_per_arm_rates(mean, ratio, v["lesion_dispersion"], plan.alpha, plan.power)


def _people_worse(v, plan):
    return planning.people_per_arm_logrank(v["worse_spms"], v["hazard_ratio_spms"], plan.alpha, plan.power)


def _success(v, plan, per_arm):
    belief = v["prior_neutral.mean"], v["prior_neutral.sd"]
    return assurance.assurance(*belief, per_arm, v["atrophy_sd"], -v["atrophy_mean"], plan.alpha)


def _lean(v, plan, factor):
    """How much likelier so many people with new spots are if the cells change their rate by a factor, against no effect."""
    mean, k, people = v["lesions_per_year"] * plan.years, v["lesion_dispersion"], sum(plan.people_per_dose)
    free, changed = (intervals.log_none(mean * times, k) for times in (1, factor))
    with_spots = log(-expm1(changed)) - log(-expm1(free))
    return exp(plan.seen * with_spots + (people - plan.seen) * (changed - free))


def _in_spreads(v):
    return -v["atrophy_mean"] * v["effect"] / v["atrophy_sd"]


def _reach(box, held, *names):
    """Ends of the ranges of some assumptions, widened to where they are held: (least, most) of each."""
    return [(min(box.low[name], held[name]), max(box.high[name], held[name])) for name in names]


def _overstated(plan, box, held):
    """Power and type M of three against nine as smooth curves through exact points, one of them where the report stands; None for
    one that no trial could tell."""
    mean, effect, sd = _reach(box, held, "atrophy_mean", "effect", "atrophy_sd")
    least, most = -mean[1] * effect[0] / sd[1], -mean[0] * effect[1] / sd[0]
    points = sorted({_in_spreads(held), *np.geomspace(0.98 * least, 1.02 * most, CURVE)})
    found = small_trials.overstatements(plan.people_per_dose, points, plan.alpha, plan.points, plan.seed)
    curves = ([each[name].value for each in found] for name in ("power", "type_m"))
    return [CubicSpline(points, values) if np.isfinite(values).all() else None for values in curves]


def _false_rises(plan, box, held):
    """Chance of at least one false increase as a smooth surface through exact points, one of them where the report stands."""
    panels, likeness = _reach(box, held, "n_analytes", "analyte_correlation")
    panels = sorted({*np.geomspace(*panels, 9).round(), float(held["n_analytes"])})
    likeness = sorted({*np.linspace(*likeness, 8), held["analyte_correlation"]})
    people = sum(plan.people_per_dose)
    chances = [
        [small_trials.chance_of_false_increases(int(n), plan.alpha, shared, 1, people) for shared in likeness]
        for n in panels
    ]
    # the logarithm of the chance of none is all but straight along the size of the panel
    surface = RectBivariateSpline(np.log(panels), likeness, np.log1p(-np.minimum(chances, 1 - 1e-12)))
    return lambda v: -expm1(float(surface(log(v["n_analytes"]), v["analyte_correlation"])[0, 0]))


def _or_none(size, plan):
    """A size as a function of what is assumed: infinitely many people where no trial is large enough."""

    def people(v):
        try:
            return size(v, plan)
        except ValueError:
            return inf

    return people


def _held(parameters, beliefs):
    """What is assumed, by name of assumption: the parameters by name, and of each belief (mean, SD) both numbers.

    >>> _held({"effect": 0.5}, {"neutral": [0.2, 0.25]})
    {'effect': 0.5, 'prior_neutral.mean': 0.2, 'prior_neutral.sd': 0.25}
    """
    parts = [
        (f"prior_{name}.{part}", belief[place])
        for name, belief in beliefs.items()
        for part, place in assumptions.PARTS.items()
    ]
    return dict(parameters) | dict(parts)


def headlines(parameters, beliefs, cohorts, outcomes, weeks):
    """The results that the report rests on, as Headlines, and what is assumed, by name of assumption.

    In: the chapter's parameters by name, beliefs (mean, SD) by name, load.table("cohorts") and load.table("safety_outcomes"),
    weeks of follow-up, here and in the next trial.
    """
    names, seen = ("alpha", "power", "n_simulations", "seed"), outcomes.set_index("outcome").people_with["new_lesion"]
    plan = Plan(*(parameters[name] for name in names), years_of(weeks), tuple(cohorts.people_treated), int(seen))
    box, held = assumptions.ranges(), _held(parameters, beliefs)
    power, type_m = _overstated(plan, box, held)
    per_arm = _people(held, plan)
    values = [
        *(_or_none(size, plan) for size in (_people, _people_excess, _people_spots, _people_worse)),
        partial(_success, plan=plan, per_arm=per_arm),
        power and (lambda v: float(power(_in_spreads(v)))),
        type_m and (lambda v: float(type_m(_in_spreads(v)))),
        partial(_lean, plan=plan, factor=0.5),
        partial(_lean, plan=plan, factor=2),
        _false_rises(plan, box, held),
    ]
    return [
        each._replace(
            value=value, in_words=each.in_words.format(alpha=words.plain(plan.alpha), size=words.number(per_arm))
        )
        for each, value in zip(HEADLINES, values, strict=True)
        if value is not None
    ], held


def _span(low, high):
    """Two ends in words, "of 100" told once.

    >>> _span("5 of 100", "19 of 100"), _span("22", "515"), _span("more than 99 of 100", "more than 99 of 100")
    ('5 to 19 of 100', '22 to 515', 'more than 99 of 100')
    """
    if low == high:
        return low
    return f"{low.removesuffix(' of 100') if high.endswith(' of 100') else low} to {high}"


def one_by_one(found, held):
    """Each result with one assumption at a time at either end of its range: a row a result and assumption, the widest first.

    Out: result, in_words (of the result), assumption (its name), named (in words), low, high, at_low, as_held, at_high, least,
    most, told (least and most as words), here (as held, as words).
    """
    box, parts = assumptions.ranges(), []
    for each in found:
        made = sensitivity.one_at_a_time(each.value, box.loc[list(each.uses)], held).rename(
            columns={"input": "assumption"}
        )
        told = [_span(each.form(low), each.form(high)) for low, high in zip(made["least"], made["most"], strict=True)]
        parts.append(
            made.assign(result=each.name, in_words=each.in_words, told=told, here=each.form(made["as_held"][0]))
        )
    made = pd.concat(parts, ignore_index=True)
    return made.assign(named=made["assumption"].map(box["in_words"]))


def all_at_once(found, seed, confidence):
    """Shares of the variance of each result over the box of all ranges: result, in_words, assumption, named, alone, total, limits."""
    box, parts = assumptions.ranges(), []
    for each in found:
        value = (lambda v, each=each: log(each.value(v))) if each.ratio else each.value
        made = sensitivity.shares_of_variance(value, box.loc[list(each.uses)], POINTS, seed, confidence)
        parts.append(made.rename(columns={"input": "assumption"}).assign(result=each.name, in_words=each.in_words))
    made = pd.concat([part.sort_values("total", ascending=False, kind="stable") for part in parts], ignore_index=True)
    return made.assign(named=made["assumption"].map(box["in_words"]))


def drawn(singly):
    """What the picture shows: of each result the assumptions that move it most, as multiples (least, most) of what is reported."""
    known = singly[np.isfinite(singly["most"]) & (singly["least"] > 0)]
    top = known[known["most"] / known["least"] >= LEAST].groupby("result", sort=False).head(SHOWN)
    return top.assign(lowest=top["least"] / top["as_held"], highest=top["most"] / top["as_held"])


ONE_BY_ONE = {
    "Result": ("in_words", words.sentence),
    "As assumed": "here",
    "Assumption": ("named", words.sentence),
    "Over its range": "told",
}


def _share(share, low, high):
    return f"{words.percent(share, 0)} ({words.between(low, high, partial(words.percent, digits=0))})"


SHARES = {
    "Result": ("in_words", words.sentence),
    "Assumption": ("named", words.sentence),
    "Its share of the variance by itself": (("alone", "alone_low", "alone_high"), _share),
    "With what it does together with others": (("total", "total_low", "total_high"), _share),
}


def first(singly, result):
    """The row of what moves a result most."""
    return singly[singly["result"] == result].iloc[0]


def _over(singly, result, assumption):
    """A size (people a group) at the lower and at the upper end of an assumption, and as held, in words."""
    rows = singly[(singly["result"] == f"next_trial.{result}") & (singly["assumption"] == assumption)]
    return [PEOPLE(people) for people in rows.iloc[0][["at_low", "at_high", "as_held"]]]


def of_the_share(singly):
    """What both sizes of the short answer are at either end of the share prevented, in a sentence."""
    least, most = (words.percent(assumptions.ranges()[end]["effect"], 0) for end in ("low", "high"))
    sizes_told = words.listed(
        f"the {here} is {at_low} to {at_high}"
        for at_low, at_high, here in (_over(singly, name, "effect") for name in ("n_per_arm", "n_per_arm_excess"))
    )
    return f"At {least} to {most}, which another drug’s trial leaves open, {sizes_told}."


def of_disability(singly):
    """What the size for disability is at either end of the hazard ratio, which it hangs on, in words."""
    low, high, _ = _over(singly, "n_per_arm_progression", "hazard_ratio_spms")
    return f"{low} to {high}"


def scope(found):
    """How many assumptions have a range, and how many of them the results below use, in two sentences."""
    ranged, used = len(assumptions.ranges()), len({name for each in found for name in each.uses})
    return (
        f"In all, {words.in_words(ranged)} assumptions have a range that seems plausible, with a reason and a source. "
        f"{words.sentence(words.in_words(used))} of them enter the {words.in_words(len(found))} results below; "
        "the others can be tried with `make sweep SAMPLE=`."
    )


def lean_flips(singly):
    """Whether over the range of an assumption the count of people with new spots comes to lean the other way, in a sentence."""
    told, sides = [], singly[(singly["least"] < 1) & (singly["most"] > 1)]
    for result, what in (("imaging.lean_halved", "a halving"), ("imaging.lean_doubled", "a doubling")):
        for row in sides[sides["result"] == result].head(1).itertuples():
            told.append(
                f"over the {row.named} it is {row.told} times as likely under {what} of their rate as under no effect"
            )
    if not told:
        return "Over no single range does the count of people with new spots come to lean the other way."
    return (
        f"What the count of people with new spots leans to flips: {'; '.join(told)}. "
        "So the same count speaks for such a change at one end of the range and against it at the other."
    )


def weigh_the_same(singly):
    """Why the order of what moves the first size is one of ranges: it goes with the square of spread over loss times share."""
    return (
        f"In the {_over(singly, 'n_per_arm', 'effect')[-1]}, loss, spread and share weigh the same: equal relative changes move it "
        "alike. The order only says whose range is widest, and the range of the share is another drug’s interval."
    )


def note(alpha):
    """Under the picture: what is drawn, and what its short names stand for."""
    return (
        f"Every range stands below, with its reason. Of each result the {words.in_words(SHOWN)} widest lines are drawn, if they move it by "
        f"{words.percent(LEAST - 1, 0)} or more; the numbers hold all. “Times as likely”: how many times as likely the count of people with "
        "new spots is if their rate is halved, or doubled, as if nothing changes. “Either way”: a finding for the cells or against them; "
        f"with no effect at all it comes {words.in_hundred(alpha)} times, so the lower end of that line is luck."
    )


def note_on_shares(confidence):
    """Under the table: which indices these are, and how their limits are to be read."""
    return (
        f"Sobol indices, first-order and total, at {words.number(POINTS)} seeded points; in brackets two-sided "
        f"{words.percent(confidence)} limits, from simulated redrawing of these points as if they fell by chance. They are spread evenly "
        "by design, so the true error is far smaller than the brackets. Sizes, ratios and overstatement by their logarithms. "
        "Independent ranges, which are no forecast."
    )


def in_sentences(singly, shares):
    """What each result hangs on most, one sentence a result, as the points of a list."""
    told, known = [], shares.set_index(["result", "assumption"])
    by_logarithm = {each.name for each in HEADLINES if each.ratio}
    for result in singly["result"].unique():
        row = first(singly, result)
        share = known.loc[(result, row.assumption)]
        most = known.loc[result].sort_values("alone").iloc[-1]
        other = f" With the {most.named} known, {words.percent(most.alone, 0)}." if most.alone > share.alone else ""
        told.append(
            f"- {words.sentence(row.in_words)} ({row.here}): moved most by the {row.named}, {row.told}; if it were known, "
            f"{words.percent(share.alone, 0)} of the variance{' (of the logarithm)' if result in by_logarithm else ''} would go.{other}"
        )
    return "\n".join(told)


def records(singly, shares):
    """All of it as named results: assumptions.KIND__RESULT__ASSUMPTION."""
    ends = singly[np.isfinite(singly["most"])].rename(columns={"as_held": "value", "least": "lower", "most": "upper"})
    parts = [
        ends.assign(
            kind="range",
            unit="as the result",
            method="one assumption at either end of its range (data/assumptions.csv), all others as assumed",
        )
    ]
    for kind in ("alone", "total"):
        named = shares.rename(columns={kind: "value", f"{kind}_low": "lower", f"{kind}_high": "upper"})
        numbers = named[["value", "lower", "upper"]].round(2)
        how = {"alone": "first-order", "total": "total"}[kind]
        method = f"{how} Sobol index over all ranges, {POINTS} seeded points; limits: bootstrap, two-sided, simulated"
        parts.append(named.assign(**numbers, kind=kind, unit="share of variance", method=method))
    made = pd.concat(parts, ignore_index=True)
    names = made["kind"] + "__" + made["result"].str.split(".").str[1] + "__" + made["assumption"].str.replace(".", "_")
    return made.assign(name="assumptions." + names)[["name", "value", "lower", "upper", "unit", "method"]]
