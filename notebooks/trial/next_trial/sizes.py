"""Chapter 05: how many people, by which formula, from which published mean and spread."""

from decimal import Decimal
from functools import partial
from math import inf, isfinite, sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from trial import words
from trial.methods import assurance, planning
from trial.methods.intervals import Interval

USUAL_ALPHA, USUAL_POWER = 0.05, 0.8  # assumed where a source does not say its own
CELLS_PER_CONTROL = 2
AGE_READ = "msstat2014"  # the one source of a spread whose mean age was read: healthy ageing is known for that age only
FEW = 30  # people per arm below whom the normal formula is not used for a table
TWO_DIGITS = partial(words.number, digits=2)


def people_or(otherwise):
    """A form for people needed: their number, or what is said where no size is enough (infinitely many)."""
    return lambda people: words.number(people) if isfinite(people) else otherwise


def span(low, high):
    """Two ends in words, "of 100" told once.

    >>> span("5 of 100", "19 of 100"), span("22", "515"), span("more than 99 of 100", "more than 99 of 100")
    ('5 to 19 of 100', '22 to 515', 'more than 99 of 100')
    """
    if low == high:
        return low
    return f"{low.removesuffix(' of 100') if high.endswith(' of 100') else low} to {high}"


def _per_cent(value):
    return f"{words.plain(value)}%"


def rescaled(people, effect_published, effect, alpha, power):
    """A published size per arm carried to another effect, level and power; the published ones at 5% and 80%."""
    base = planning.people_per_arm_z_unrounded(effect_published, 1, USUAL_ALPHA, USUAL_POWER)
    return people * planning.people_per_arm_z_unrounded(effect, 1, alpha, power) / base


def standardised(difference, sd):
    """A difference in units of the spread, and the share of treated people who beat a random untreated one.

    One spread, by hand: Phi(1 / sqrt 2).

    >>> round(standardised(1, 1)[1], 4)
    0.7602
    """
    return difference / sd, float(norm.cdf(difference / sd / sqrt(2)))


def published_spreads(rates, published):
    """Published means of brain volume loss whose spread between people is known or follows: one row a source.

    In: load.table("atrophy") and load.table("sample_sizes"). Out: group, loss and sd (% over so many years), years, people, how (the
    spread was got), source.
    """
    untreated = rates[(rates["arm"] == "untreated") & rates["people"].notna()]
    long = rates[(rates["arm"] == "not_said") & rates["sd"].notna()].head(1)
    short = _recomputable(published)
    recomputed = {
        "group": f"{short.population.upper()}, unselected, {words.plain(12 * short.trial_years)} months ({short.study})",
        "loss_percent_per_year": abs(short.change_mean_percent),
        "sd": short.change_se_percent * sqrt(short.people_behind),
        "years": short.trial_years,
        "people": short.people_behind,
        "how": "worked out from the standard error",
        "source": short.source,
    }
    yearly = untreated.assign(how="printed"), long.assign(how="printed, after years of follow-up")
    made = pd.concat([yearly[0], pd.DataFrame([recomputed]), yearly[1]], ignore_index=True)
    made["how"] = made["how"].where(made["sd"].notna(), "assumed from the standard error")
    made["sd"] = made["sd"].fillna(np.sqrt(made["people"].astype(float)) * made["se"])
    made = made.rename(columns={"loss_percent_per_year": "loss"}).fillna({"years": 1.0})
    return made[["group", "loss", "sd", "years", "people", "how", "source"]].astype({"people": int})


def _recomputable(published):
    return published[published["change_se_percent"].notna()].iloc[0]


def _size(difference, sd, alpha, power):
    """People per arm by the normal formula; where that gives few, by the noncentral t; infinitely many with next to no difference.

    None where the difference is not known.
    """
    if pd.isna(difference):
        return None
    try:
        people = planning.people_per_arm_z(difference, sd, alpha, power) if difference > 0 else inf
    except ValueError:  # more than any trial could have
        return inf
    return people if people >= FEW else planning.people_per_arm_t(difference, sd, alpha, power)


def each_size(differences, sds, alpha, power):
    """People per arm for each difference and spread: by the normal formula, or the noncentral t where that gives few."""
    return [_size(difference, sd, alpha, power) for difference, sd in zip(differences, sds, strict=True)]


def with_mix(spreads, rates, people_ppms, people_spms):
    """The published spreads after one row more: the mean loss of PPMS and SPMS placebo groups, weighted as in this trial.

    In: `published_spreads` (the first row is SPMS; its spread is assumed for the mix too), load.table("atrophy"), people
    of each type. By hand, ORATORIO 0.592 and MS-STAT 0.584, seven and five: 7.064 / 12.

    >>> from trial import load
    >>> rates = load.table("atrophy")
    >>> round(float(with_mix(published_spreads(rates, load.table("sample_sizes")), rates, 7, 5).loss[0]), 4)
    0.5887
    """
    ppms, spms = rates[(rates["arm"] == "untreated") & (rates["population"] == "ppms")].iloc[0], spreads.iloc[0]
    losses = people_ppms * ppms.loss_percent_per_year + people_spms * spms.loss
    mix = {
        "group": f"PPMS and SPMS, placebo, mixed {people_ppms:.0f} : {people_spms:.0f} as in this trial",
        "loss": losses / (people_ppms + people_spms),
        "people": None,
        "how": "assumed: that of SPMS",
        "source": f"{ppms.source}; {spms.source}",
    }
    return pd.concat([pd.DataFrame([spms.to_dict() | mix]), spreads], ignore_index=True)


def effects_around(effect):
    """Shares prevented for the picture: every fiftieth from a fifth up, and the one asked for."""
    return sorted({effect, *(step / 50 for step in range(10, 51))})


def _of_people(group, people):
    return group if pd.isna(people) else f"{group}, {words.number(people)} people"


SIZES_BY_SOURCE = {
    "Group": (("group", "people"), _of_people),
    "Per group, all loss": ("per_arm", people_or("no loss")),
    "Loss (%)": ("loss", TWO_DIGITS),
    "Spread (SD)": ("sd", TWO_DIGITS),
    "How we have the spread": "how",
    "Per group, loss in excess (where the age was read)": (
        "per_arm_excess",
        people_or("no loss beyond healthy ageing"),
    ),
    "Source": "source",
}


def sizes_by_source(spreads, published, healthy_atrophy, effect, alpha, power):
    """People per arm for each published mean and spread, and first for people with PPMS, known as a ratio only.

    By the normal formula, or the noncentral t where that gives few. Out: the spreads with per_arm (of all loss) and per_arm_excess
    (of the loss beyond healthy ageing; inf: there is none; missing where the age of those people was not read).
    """
    excess = (spreads["loss"] - abs(healthy_atrophy) * spreads["years"]).where(spreads["source"] == AGE_READ)
    ratio = published[published["measure"] == "whole brain volume"].iloc[0]
    alone = {
        "group": f"{ratio.population.upper()}, two scans at each visit ({ratio.study})",
        "people": int(ratio.people_behind),
        "how": f"only as a ratio: a loss of {words.number(ratio.mean_to_sd_ratio, 2)} spreads",
        "per_arm": _size(ratio.mean_to_sd_ratio * effect, 1, alpha, power),
        "source": ratio.source,
    }
    asked = spreads["sd"], alpha, power
    sizes = {
        "per_arm": each_size(spreads["loss"] * effect, *asked),
        "per_arm_excess": each_size(excess * effect, *asked),
    }
    return pd.concat([pd.DataFrame([alone]), spreads.assign(**sizes)], ignore_index=True)


class Reach(NamedTuple):
    """What a published mean leaves open: the mean loss, and the people per arm at its two limits (the larger loss needs fewer)."""

    loss: Interval
    people: Interval


def size_over_interval(loss, sd, people, effect, alpha, power, confidence):
    """The t interval of a mean loss, and sizes per arm if it were at either end; infinitely many where an end is no loss."""
    half = float(t.isf((1 - confidence) / 2, people - 1)) * sd / sqrt(people)
    limits = Interval(loss, loss - half, loss + half, confidence, "t", "two")
    return Reach(limits, _carried(limits, sd, effect, alpha, power))


def _carried(loss, sd, effect, alpha, power):
    """The size per arm at a mean loss known within limits (an Interval), with its own: the larger loss needs fewer people."""
    ends = loss.estimate, loss.upper, loss.lower
    return Interval(*(_size(end * effect, sd, alpha, power) for end in ends), loss.confidence, loss.method, loss.sides)


def finite(limits):
    """Both limits of an interval, None for one that is not finite."""
    return tuple(end if isfinite(end) else None for end in (limits.lower, limits.upper))


def size_over_both(loss, sd, people, effect, alpha, power, confidence):
    """The size per arm with its limits where mean loss and spread are both known only from so many people: an Interval.

    A size hangs on the loss in units of its spread alone, so the limits of that ratio are those of the size; infinitely many
    where the lower one is no loss.
    """
    limits = assurance.standardised_limits(loss, sd, people, confidence)
    return _carried(Interval(loss / sd, *limits, confidence, "noncentral t", "two"), 1, effect, alpha, power)


def people_left_open(people):
    """Limits of a size as words."""
    return words.limits(people, people_or("no limit"))


def people_needed(atrophy_mean, atrophy_sd, healthy_atrophy, alpha, power, effects, people, confidence):
    """For the picture: effect (share prevented), basis (all loss / loss beyond healthy ageing), people_per_arm, exact (not rounded),
    and of all loss fewest and most (exact, at the limits that so many people leave the mean; infinitely many: no size)."""
    whole = planning.loss_prevented(atrophy_mean, 1)
    losses = {
        "of all loss": whole,
        "of the loss beyond healthy ageing": planning.excess_loss_prevented(atrophy_mean, healthy_atrophy, 1),
    }
    made = pd.DataFrame([(effect, basis) for basis in losses for effect in effects], columns=["effect", "basis"])
    differences = made["basis"].map(losses) * made["effect"]
    exact = [planning.people_per_arm_z_unrounded(each, atrophy_sd, alpha, power) for each in differences]
    made = made.assign(people_per_arm=[planning.rounded_up(people) for people in exact], exact=exact)
    ends = size_over_interval(whole, atrophy_sd, people, 1, alpha, power, confidence).loss
    for name, end in (("fewest", ends.upper), ("most", ends.lower)):
        made[name] = (made["exact"] * ((whole / end) ** 2 if end > 0 else inf)).where(
            made["basis"] == "of all loss", inf
        )
    return made


EXCESS_BY_AGE = {
    "Healthy people at": ("age", lambda age: f"{words.number(age)} years"),
    "They lose a year (%)": ("loss_percent_per_year", TWO_DIGITS),
    "Left to prevent (%)": ("left", TWO_DIGITS),
    "People per group": ("people_per_arm", people_or("nothing is left")),
}


def excess_by_age(rates, loss, sd, effect, alpha, power, oldest):
    """The loss beyond healthy ageing by the age at which that is read, up to the oldest taken: age, loss_percent_per_year, left,
    people_per_arm."""
    healthy = (rates["arm"] == "healthy") & (rates["measure"] == "SIENA") & (rates["age"] <= oldest)
    rows = rates[healthy][["age", "loss_percent_per_year"]]
    made = rows.sort_values("age").reset_index(drop=True)
    made["left"] = (loss - made["loss_percent_per_year"]).clip(lower=0)
    return made.assign(people_per_arm=each_size(made["left"] * effect, [sd] * len(made), alpha, power))


def people_needed_by_effect(needed, effect):
    """The same, one row a tenth prevented and the effect asked for, one column a basis, with its columns for the page."""
    heads = {f"People per group, share {basis}": (basis, words.number) for basis in needed["basis"].unique()}
    wide = needed.pivot(index="effect", columns="basis", values="people_per_arm").reset_index()
    wide = wide[[share == effect or round(100 * share, 9) % 10 == 0 for share in wide["effect"]]]
    return {"data": wide, "columns": {"Share prevented": ("effect", words.percent)} | heads}


def _two_arms(people, without):
    if pd.isna(without):
        return words.number(people)
    return f"{words.number(people)} with cells, {words.number(without)} without"


def formulas_columns(differences):
    """How `sizes_by_formula` reads, a column a difference."""
    heads = {name: ((name, f"{name}, without"), _two_arms) for name in differences}
    return {"People per group by": "formula"} | heads


def sizes_by_formula(differences, sd, alpha, power, dropout, scan_part, correlation):
    """The same question under several formulas; `differences` names each column's difference between the arms, `scan_part` is the
    part of the variance of that spread that is error of the scans, `correlation` that of the loss with a value known before.

    Out: formula, and for each name two columns of people: in an arm, and "NAME, without" in the other if it is smaller.
    """
    twice = sd * sqrt(1 - scan_part / 2)  # a second scan at either end halves the error
    made = pd.DataFrame(
        {
            "formula": [
                "Normal formula (z): spread taken as known",
                "Noncentral t: spread estimated in the trial",
                f"Adjusted for a value known before (ANCOVA), correlation {words.plain(correlation)} assumed (z)",
                f"Two scans at each end, {words.percent(scan_part)} of the variance seen from scanning (z; assumed)",
                f"{words.sentence(words.in_words(CELLS_PER_CONTROL))} with cells for each one without (z)",
                f"To enrol, if {words.percent(dropout)} leave (z)",
            ]
        }
    )
    for name, difference in differences.items():
        exact = planning.people_per_arm_z_unrounded(difference, sd, alpha, power)
        control = planning.people_per_arm_z_unrounded(difference, sd, alpha, power, ratio=CELLS_PER_CONTROL)
        fewer, more = planning.arms(control, CELLS_PER_CONTROL)
        made[name] = [
            planning.rounded_up(exact),
            planning.people_per_arm_t(difference, sd, alpha, power),
            planning.rounded_up(exact * planning.ancova_factor(correlation)),
            planning.people_per_arm_z(difference, twice, alpha, power),
            more,
            planning.with_dropout(planning.rounded_up(exact), dropout),
        ]
        made[f"{name}, without"] = [None, None, None, None, fewer, None]
    return made


class Check(NamedTuple):
    """A size recomputed from a printed mean and standard error, its range over their rounding, the printed size."""

    computed: int
    lowest: int
    highest: int
    published: int


def van_den_elskamp(published):
    """The size of van den Elskamp and others from their own mean and standard error, at 5% and 80% (assumed).

    The range takes both printed numbers to the ends of what they were rounded from.
    """
    row = _recomputable(published)
    mean, error = abs(row.change_mean_percent), row.change_se_percent
    # half a unit of the last printed digit
    off = [float(Decimal(5).scaleb(Decimal(repr(float(x))).as_tuple().exponent - 1)) for x in (mean, error)]
    asked = USUAL_ALPHA, USUAL_POWER
    sizes = []
    for way in (0, -1, 1):
        sought = (mean - way * off[0]) * row.effect_percent / 100
        spread = (error + way * off[1]) * sqrt(row.people_behind)
        sizes.append(planning.people_per_arm_z(sought, spread, *asked))
    return Check(*sizes, int(row.people_per_arm))


def _study(study, population, measure, years):
    length = words.plain(years)
    return f"{study}: {population.upper()}, {measure}, {length} {'year' if length == '1' else 'years'}"


def _recomputed(computed, lowest, highest):
    return f"{words.number(computed)} ({words.between(lowest, highest, words.number)})"


PUBLISHED = {
    "Study": (("study", "population", "measure", "trial_years"), _study),
    "Effect sought": ("effect_percent", _per_cent),
    "Power": ("power_percent", _per_cent),
    "Published": ("people_per_arm", words.number),
    "Recomputed": (("computed", "lowest", "highest"), _recomputed),
    "Carried": ("carried", words.number),
    "Source": "source",
}


def published_sizes(published, effect, alpha, power):
    """Published sizes per arm with what can be checked: one recomputed, the others only `carried` to our effect."""
    made = published[published["what"] == "published_size"]
    check, checked = van_den_elskamp(published), made["change_se_percent"].notna()
    carried = [
        planning.rounded_up(rescaled(row.people_per_arm, row.effect_percent / 100, effect, alpha, power))
        for row in made.itertuples()
    ]
    limits = {name: np.where(checked, getattr(check, name), np.nan) for name in ("computed", "lowest", "highest")}
    return made.assign(carried=carried, **limits)
