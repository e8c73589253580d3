"""Chapter 05: the headline results as functions of what is assumed, and which assumption each of them hangs on."""

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline, RectBivariateSpline

from trial import assumptions, words
from trial.methods import assurance, intervals, planning, sensitivity, small_trials
from trial.next_trial import sizes
from trial.next_trial.event_sizes import years_of

POINTS = 1024  # of the box, for shares of variance
SHOWN = 2  # assumptions a result has in the picture
LEAST = 1.05  # times: what moves a result by less is left out of the picture
CURVE = 40  # points: sizes of an effect in spreads, between which power and overstatement are read off a smooth curve


def odds(value):
    """How many times as likely, in two digits; not told to the digit where beyond a thousand either way.

    >>> odds(0.41795), odds(9.2e-32), odds(123456)
    ('0.42', 'less than 0.001', 'more than 1,000')
    """
    if not 0.001 <= value <= 1000:
        return "less than 0.001" if value < 1 else "more than 1,000"
    return words.significant(value)


class Headline(NamedTuple):
    """A result of results.csv: how it is called, its form, the assumptions it uses, and itself as a function of what is assumed
    (values by name, of which some may be arrays).

    What is told in times (a size, odds) may move manifold, so the variance that is shared out is that of its logarithm.
    """

    name: str
    in_words: str
    form: object
    uses: tuple
    value: object

    @property
    def in_times(self):
        """Whether it is told in times, and no chance."""
        return self.form is not words.in_hundred


LOSS, SPOTS = ("atrophy_mean", "atrophy_sd"), ("lesions_per_year", "lesion_dispersion")
BRAIN, BEYOND = (*LOSS, "effect"), (*LOSS, "healthy_atrophy", "effect")
WORSE, PANEL = ("worse_spms", "hazard_ratio_spms"), ("n_analytes", "analyte_correlation")
BELIEVERS = {"sceptical": "a sceptic", "neutral": "somebody neutral", "optimistic": "an optimist"}
NEXT_TO_NOTHING = 1e-9  # a difference that no trial could find


def _people(people):
    """A size in words; beyond ten thousand in three digits, as the ends of ranges are printed in no more.

    >>> _people(970), _people(20258), _people(float("inf"))
    ('970', '20,300', 'no size')
    """
    return sizes.people_or("no size")(people) if people <= 10_000 or people == np.inf else words.plain(people, digits=3)


def _in_spreads(v):
    return -v["atrophy_mean"] * v["effect"] / v["atrophy_sd"]


def _lean(v, times, years, seen, people):
    """How much likelier so many people with new spots are if the cells change their rate by a factor, against no effect."""
    free, changed = (intervals.log_none(v[SPOTS[0]] * years * each, v[SPOTS[1]]) for each in (1, times))
    with_spots = np.log(-np.expm1(changed)) - np.log(-np.expm1(free))
    return np.exp(seen * with_spots + (people - seen) * (changed - free))


def _reach(held, *names):
    """Ends of the ranges of some assumptions, widened to where they are held: (least, most) of each."""
    box = assumptions.ranges()
    return [(min(box.low[name], held[name]), max(box.high[name], held[name])) for name in names]


def _overstated(held, people_per_dose):
    """Power and type M of three against nine, as functions of what is assumed, None for one that no trial could tell.

    They are smooth curves through exact points, one of them where the report stands.
    """
    mean, effect, sd = _reach(held, "atrophy_mean", "effect", "atrophy_sd")
    least, most = -mean[1] * effect[0] / sd[1], -mean[0] * effect[1] / sd[0]
    points = sorted({_in_spreads(held), *np.geomspace(0.98 * least, 1.02 * most, CURVE)})
    asked = (held[name] for name in ("alpha", "n_simulations", "seed"))
    found = small_trials.overstatements(people_per_dose, points, *asked)
    curves = ([each[name].value for each in found] for name in ("power", "type_m"))
    curves = [CubicSpline(points, values) if np.isfinite(values).all() else None for values in curves]
    return [curve and (lambda v, curve=curve: curve(_in_spreads(v))) for curve in curves]


def _false_rises(held, people):
    """Chance of at least one false increase as a smooth surface through exact points, one of them where the report stands."""
    panels, likeness = _reach(held, *PANEL)
    panels = sorted({*np.geomspace(*panels, 9).round(), float(held["n_analytes"])})
    likeness = sorted({*np.linspace(*likeness, 8), held["analyte_correlation"]})
    chances = [
        [small_trials.chance_of_false_increases(int(n), held["alpha"], shared, 1, people) for shared in likeness]
        for n in panels
    ]
    # the logarithm of the chance of none is all but straight along the size of the panel
    surface = RectBivariateSpline(np.log(panels), likeness, np.log1p(-np.minimum(chances, 1 - 1e-12)))
    return lambda v: -np.expm1(surface.ev(np.log(v["n_analytes"]), v["analyte_correlation"]))


def _held(parameters, beliefs):
    """What is assumed, by name of assumption: the parameters by name, and of each belief (mean, SD) both numbers.

    >>> _held({"effect": 0.5}, {"neutral": [0.2, 0.25]})
    {'effect': 0.5, 'prior_neutral.mean': 0.2, 'prior_neutral.sd': 0.25}
    """
    parts = assumptions.PARTS.items()
    return dict(parameters) | {f"prior_{name}.{part}": it[at] for name, it in beliefs.items() for part, at in parts}


def headlines(parameters, beliefs, cohorts, outcomes, weeks):
    """The results that the report rests on, as Headlines, and what is assumed, by name of assumption.

    In: the chapter's parameters by name, beliefs (mean, SD) by name, load.table("cohorts") and load.table("safety_outcomes"),
    weeks of follow-up, here and in the next trial.
    """
    held, doses, years = _held(parameters, beliefs), tuple(cohorts.people_treated), years_of(weeks)
    asked, seen = (held["alpha"], held["power"]), int(outcomes.set_index("outcome").people_with["new_lesion"])
    power, type_m = _overstated(held, doses)

    def size(v, healthy=0):
        lost = np.maximum((healthy - v["atrophy_mean"]) * v["effect"], NEXT_TO_NOTHING)
        return planning.people_per_arm_z(lost, v["atrophy_sd"], *asked)

    def beyond(v):
        return size(v, v["healthy_atrophy"])

    def spots(v):
        mean, ratio = v["lesions_per_year"] * years, np.maximum(np.round(1 - v["effect"], 9), planning.LEAST_RATIO)
        return planning.people_per_arm_rates(mean, ratio, v["lesion_dispersion"], *asked)

    def worse(v):
        return planning.people_per_arm_logrank(v["worse_spms"], v["hazard_ratio_spms"], *asked)

    def success(who, in_words):
        mean, sd = (f"prior_{who}.{part}" for part in assumptions.PARTS)

        def chance(v):
            return assurance.assurance(v[mean], v[sd], per_arm, v["atrophy_sd"], -v["atrophy_mean"], held["alpha"])

        return f"next_trial.assurance_{who}", f"success for {in_words}", words.in_hundred, (*LOSS, mean, sd), chance

    halved, doubled = (partial(_lean, times=n, years=years, seen=seen, people=sum(doses)) for n in (0.5, 2))
    per_arm, either_way = size(held), f"three v nine, p ≤ {words.plain(held['alpha'])} either way"
    rises = _false_rises(held, sum(doses))
    found = [
        ("next_trial.n_per_arm", "people a group, brain volume", _people, BRAIN, size),
        ("next_trial.n_per_arm_excess", "people a group, loss beyond ageing", _people, BEYOND, beyond),
        ("next_trial.n_per_arm_lesions_nb", "people a group, new spots", _people, (*SPOTS, "effect"), spots),
        ("next_trial.n_per_arm_progression", "people a group, getting worse", _people, WORSE, worse),
        *(success(*each) for each in BELIEVERS.items()),
        ("imaging.power_3_v_9", either_way, words.in_hundred, BRAIN, power),
        ("imaging.type_m_3_v_9", "three v nine overstate it, times", sizes.TWO_DIGITS, BRAIN, type_m),
        ("imaging.lean_halved", "new spots, times as likely if halved", odds, SPOTS, halved),
        ("imaging.lean_doubled", "new spots, times as likely if doubled", odds, SPOTS, doubled),
        ("biomarkers.p_any_false_increase_correlated", "some molecule rises by luck", words.in_hundred, PANEL, rises),
    ]
    return [Headline(*each) for each in found if each[-1]], held


def one_by_one(found, held):
    """Each result with one assumption at a time at either end of its range: a row a result and assumption, the widest first.

    Out: result, in_words (of the result), assumption (its name), named (in words), low, high, at_low, as_held, at_high, least,
    most, told (least and most as words), here (as held, as words).
    """
    box, parts = assumptions.ranges(), []
    for each in found:
        made = sensitivity.one_at_a_time(each.value, box.loc[list(each.uses)], held)
        told = [
            words.span(each.form(low), each.form(high)) for low, high in zip(made["least"], made["most"], strict=True)
        ]
        here = each.form(made["as_held"][0])
        parts.append(made.assign(result=each.name, in_words=each.in_words, told=told, here=here))
    made = pd.concat(parts, ignore_index=True).rename(columns={"input": "assumption"})
    return made.assign(named=made["assumption"].map(box["in_words"]))


def all_at_once(found, seed, confidence):
    """Shares of the variance of each result over the box of all ranges: result, in_words, assumption, named, alone, total, limits."""
    box, parts = assumptions.ranges(), []
    for each in found:
        value = (lambda v, each=each: np.log(each.value(v))) if each.in_times else each.value
        made = sensitivity.shares_of_variance(value, box.loc[list(each.uses)], POINTS, seed, confidence)
        made = made.sort_values("total", ascending=False, kind="stable")
        parts.append(made.assign(result=each.name, in_words=each.in_words))
    made = pd.concat(parts, ignore_index=True).rename(columns={"input": "assumption"})
    return made.assign(named=made["assumption"].map(box["in_words"]))


def for_picture(singly):
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
    return "{} ({} to {})".format(*(words.percent(each, 0) for each in (share, low, high)))


SHARES = {
    "Result": ("in_words", words.sentence),
    "Assumption": ("named", words.sentence),
    "Its share of the variance by itself": (("alone", "alone_low", "alone_high"), _share),
    "With what it does together with others": (("total", "total_low", "total_high"), _share),
}


def strongest(singly, result):
    """The row of what moves a result most."""
    return singly[singly["result"] == result].iloc[0]


def _over(singly, result, assumption):
    """A size (people a group) at the lower and at the upper end of an assumption, and as held, in words."""
    rows = singly[(singly["result"] == f"next_trial.{result}") & (singly["assumption"] == assumption)]
    return [_people(people) for people in rows.iloc[0][["at_low", "at_high", "as_held"]]]


def share_sentence(singly):
    """What both sizes of the short answer are at either end of the share prevented, in a sentence."""
    least, most = (words.percent(assumptions.ranges()[end]["effect"], 1) for end in ("low", "high"))
    sizes_told = words.listed(
        dict.fromkeys(
            f"the {here} becomes {at_low} or {at_high}"
            for at_low, at_high, here in (_over(singly, name, "effect") for name in ("n_per_arm", "n_per_arm_excess"))
        )
    )
    seen = f"One trial of another drug leaves room for {least} to {most} of the shrinkage prevented (two-sided 95%)"
    return f"{seen}; with such shares {sizes_told} (normal formula)."


def disability_sentence(singly, chosen):
    """What the size for disability is at either end of the hazard ratio, which it hangs on, as a sentence."""
    low, high, _ = _over(singly, "n_per_arm_progression", "hazard_ratio_spms")
    seen = "EXPAND saw of a drug" if chosen else "that trial saw of the drug"
    return f"At the limits of what {seen} (two-sided 95%, by its p-value), it comes to {low} or {high} a group."


def scope(found):
    """How many assumptions have a range, and how many of them the results below use, in two sentences."""
    ranged, used = len(assumptions.ranges()), len({name for each in found for name in each.uses})
    return (
        f"In all, {words.in_words(ranged)} assumptions have a range that seems plausible, with a reason and a source. "
        f"The {words.in_words(len(found))} results below use {words.in_words(used)} of them; "
        "the others can be tried with `make sweep SAMPLE=`."
    )


def lean_flips(singly):
    """Whether over the range of an assumption the count of people with new spots comes to lean the other way, in a sentence."""
    flips, sides = [], singly[(singly["least"] < 1) & (singly["most"] > 1)]
    for result, what in (("imaging.lean_halved", "halve"), ("imaging.lean_doubled", "double")):
        for row in sides[sides["result"] == result].head(1).itertuples():
            flips.append(
                f"as the {row.named} goes over its range, it is {row.told} times as likely if the cells {what} the rate of spots as if they change nothing"
            )
    if not flips:
        return "Over no single range does the count of people with new spots come to lean the other way."
    return (
        f"Over some ranges the count of people with new spots changes sides: {'; '.join(flips)}. "
        "So the same count speaks for such an effect at one end of a range and against it at the other."
    )


def weigh_the_same(singly):
    """Why the order of what moves the first size is one of ranges: it goes with the square of spread over loss times share."""
    return (
        f"Loss, spread and share weigh the same in the {_over(singly, 'n_per_arm', 'effect')[-1]}: the same relative change in any of "
        "them moves it as much. So the order only says whose range is widest, and the range of the share is another drug’s interval."
    )


def note(alpha, per_arm):
    """Under the picture: what is drawn, and what its short names stand for."""
    return (
        f"Every range stands below, with its reason. Of each result the {words.in_words(SHOWN)} widest lines are drawn, if they move it by "
        f"{words.percent(LEAST - 1, 0)} or more; the numbers hold all. Sizes are by the normal formula, few people too. “Success”: of a trial of {words.number(per_arm)} people a group, by a "
        "belief in the effect. “Times as likely”: how many times as likely the count of people with "
        "new spots is if their rate is halved, or doubled, as if nothing changes. “Either way”: a finding for the cells or against them; "
        f"with no effect at all it comes {words.in_hundred(alpha)} times, so the lower end of that line is luck."
    )


def note_on_shares(confidence):
    """Under the table: which indices these are, and how their limits are to be read."""
    return (
        f"Sobol indices, first-order and total, at {words.number(POINTS)} seeded points; in brackets two-sided "
        f"{words.level(confidence)} limits, from simulated redrawing of these points as if they fell by chance. They are spread evenly "
        "by design, so the true error is far smaller than the brackets. Sizes, ratios and overstatement by their logarithms. "
        "Independent ranges, which are no forecast."
    )


def in_sentences(singly, shares):
    """What each result hangs on most, one sentence a result, as the points of a list."""
    points, known = [], shares.set_index(["result", "assumption"])
    for result in singly["result"].unique():
        row = strongest(singly, result)
        if row.most == row.least:
            points.append(f"- {words.sentence(row.in_words)} ({row.here}): no assumption moves it.")
            continue
        share = known.loc[(result, row.assumption)]
        most = known.loc[result].sort_values("alone").iloc[-1]
        other = f" With the {most.named} known, {words.percent(most.alone, 0)}." if most.alone > share.alone else ""
        points.append(
            f"- {words.sentence(row.in_words)} ({row.here}): moved most by the {row.named}, {row.told}; if it were known, "
            f"{words.percent(share.alone, 0)} of the variance{'' if row.here.endswith(' of 100') else ' (of the logarithm)'} would go.{other}"
        )
    return "\n".join(points)


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
