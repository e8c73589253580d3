"""How many people the next trial needs, with what power, and how long it takes.

The outcome is a yearly change that varies between people (brain volume, % per year), compared between two arms by a
two-sided test. A difference or loss above 0 is in favour.
"""

from math import inf, sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri
from scipy.stats import nct, norm, t

from trial.methods.intervals import number, numbers, people_to_exclude, whole_number

LARGEST_ARM = 10_000_000
LEAST_RATIO = 0.1  # of two rates; below it a normal curve for the logarithm of the ratio no longer holds


class Power(NamedTuple):
    """Probability of a significant result: in favour of the treatment, and in either direction."""

    in_favour: float
    either_way: float


def rounded_up(people):
    """People as a whole number (of an array: as an array), rounded up unless the excess is a rounding error of the computer.

    >>> rounded_up(45.66), rounded_up(46.0000000000001)
    (46, 46)
    """
    made = np.ceil(people * (1 - 1e-9))
    return made if np.ndim(made) else int(made)


def _difference_and_spread(difference, sd):
    difference = numbers("difference", difference)
    if np.any(difference == 0):
        raise ValueError("difference is 0.0, but no size of trial can find a difference of zero.")
    return abs(difference), numbers("sd", sd, above=0)


def bounded(people):
    """People per arm as given; above LARGEST_ARM infinitely many in an array, and ValueError for one number."""
    if np.ndim(people):
        return np.where(people <= LARGEST_ARM, people, inf)
    if not people <= LARGEST_ARM:
        raise ValueError(f"The trial would need {people:.3g} people per arm, but sizes are given up to {LARGEST_ARM}.")
    return people


def fewest(enough):
    """Fewest people that are enough (more always are), by doubling and by halves; a number beyond LARGEST_ARM if none are.

    >>> fewest(lambda people: people >= 37)
    37
    """
    low, high = 0, 1
    while not enough(high):
        low, high = high, 2 * high
        if high > LARGEST_ARM:
            return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def loss_prevented(atrophy_mean, effect):
    """Difference between the arms if a share of the yearly loss is prevented: |atrophy_mean| * effect, % per year.

    >>> round(loss_prevented(-0.584, 0.5), 6)
    0.292
    """
    return abs(number("atrophy_mean", atrophy_mean, below=0)) * number("effect", effect, above=0, at_most=1)


def excess_loss_prevented(atrophy_mean, healthy_atrophy, effect):
    """Difference if a share of only the loss beyond healthy ageing is prevented, % per year.

    Both yearly changes are at most 0 (negative is loss); the loss in MS must exceed that of healthy ageing.

    >>> round(excess_loss_prevented(-0.584, -0.15, 0.5), 6)
    0.217
    """
    healthy = number("healthy_atrophy", healthy_atrophy, at_most=0)
    excess = number("atrophy_mean", atrophy_mean, below=healthy) - healthy
    return abs(excess) * number("effect", effect, above=0, at_most=1)


def people_per_arm_z_unrounded(difference, sd, alpha, power, ratio=1):
    """People in the first arm, not rounded, by the normal formula for two means (Julious, 2004).

    In: difference and sd in one unit (numbers or arrays), two-sided alpha, power, ratio of the second arm to the first.
    Out: (1 + 1/ratio) (z_alpha/2 + z_power)^2 sd^2 / difference^2.
    """
    difference, sd = _difference_and_spread(difference, sd)
    alpha, ratio = number("alpha", alpha, above=0, below=1), number("ratio", ratio, above=0)
    power = number("power", power, above=alpha, below=1)
    return bounded((1 + 1 / ratio) * ((ndtri(power) - ndtri(alpha / 2)) * sd / difference) ** 2)


def people_per_arm_z(difference, sd, alpha, power, ratio=1):
    """People in the first arm by the normal formula, rounded up; in and out as in the unrounded formula.

    Van den Elskamp and others (2010), six months: change -0.33, half of it prevented, SD = 0.061 sqrt(135).

    >>> people_per_arm_z(0.33 * 0.5, 0.061 * 135**0.5, 0.05, 0.8)
    290
    """
    return rounded_up(people_per_arm_z_unrounded(difference, sd, alpha, power, ratio))


def arms(first_arm, ratio):
    """People in both arms, each rounded up, from the unrounded first arm and the ratio of the second to it."""
    first_arm = number("first_arm", first_arm, above=0)
    return rounded_up(first_arm), rounded_up(first_arm * number("ratio", ratio, above=0))


def noncentral_t(shift, freedom, alpha):
    """Power of a two-sided t test whose statistic is shifted by so much: noncentral t (Owen, 1965)."""
    limit = t.isf(alpha / 2, freedom)
    # far from its limit the tail of the noncentral t is not representable and comes back as nan: it is 0 there
    in_favour, against = float(nct.sf(limit, freedom, shift)), float(np.nan_to_num(nct.cdf(-limit, freedom, shift)))
    in_favour = in_favour if np.isfinite(in_favour) else float(shift > 0)
    return Power(in_favour, in_favour + against)


def _power_t(people, effect_size, alpha, ratio):
    return noncentral_t(effect_size * sqrt(people * ratio / (1 + ratio)), people * (1 + ratio) - 2, alpha)


def power_t(people, difference, sd, alpha, ratio=1):
    """Power of the two-sided t test of two means, the spread estimated: noncentral t (Cohen, 1988).

    In: people in the first arm, difference and sd in one unit, alpha, ratio of the second arm to the first. Out: Power;
    in favour means in the direction of the difference given.

    Cohen (1988, table 2.3.5) prints 0.70 for 50 per arm and half a standard deviation.

    >>> round(power_t(50, 0.5, 1, 0.05).either_way, 3)
    0.697
    """
    difference, sd = _difference_and_spread(difference, sd)
    people, ratio = number("people", people, above=1), number("ratio", ratio, above=0)
    number("people in both arms", people * (1 + ratio), above=2)
    return _power_t(people, difference / sd, number("alpha", alpha, above=0, below=1), ratio)


def people_per_arm_t_unrounded(difference, sd, alpha, power):
    """People per arm, not rounded, at which the two-sided t test has exactly this power (noncentral t); at least three in all."""
    start = people_per_arm_z_unrounded(difference, sd, alpha, power)
    difference, sd = _difference_and_spread(difference, sd)

    def excess(people):
        return _power_t(people, difference / sd, alpha, 1).either_way - power

    # below one degree of freedom the noncentral t is not computed reliably, and no trial is that small
    fewest = 1.5
    if excess(fewest) >= 0:
        return fewest
    most = max(start, fewest) + 2
    while excess(most) < 0:
        most *= 2
    return float(brentq(excess, fewest, most, xtol=1e-12, rtol=1e-14))


def people_per_arm_t(difference, sd, alpha, power):
    """People per arm, rounded up, for the two-sided t test (noncentral t); at least 2."""
    return max(2, rounded_up(people_per_arm_t_unrounded(difference, sd, alpha, power)))


def ancova_factor(correlation):
    """Factor on the number of people if the outcome is adjusted for a baseline value: 1 - r^2 (Borm and others, 2007)."""
    return 1 - number("correlation", correlation, above=-1, below=1) ** 2


def with_dropout(people, dropout):
    """People to enrol so that so many are left if this share leaves the trial: people / (1 - dropout), rounded up.

    >>> with_dropout(46, 0.1), with_dropout(90, 0.1)
    (52, 100)
    """
    return rounded_up(number("people", people, above=0) / (1 - number("dropout", dropout, at_least=0, below=1)))


def people_to_exclude_harm(rate, confidence, dropout):
    """People to enrol so that none harmed among those who stay excludes this rate of harm, one-sided (Hanley, 1983).

    >>> people_to_exclude_harm(0.05, 0.95, 0), people_to_exclude_harm(0.05, 0.95, 0.1)
    (59, 66)
    """
    return with_dropout(people_to_exclude(rate, confidence), dropout)


def power_z(n, difference, sd, alpha):
    """Power of the two-sided z test of two arms of n, the spread known: in favour, and in either direction.

    A difference of 0 gives alpha; in favour means above 0.
    """
    n, sd = number("n", n, above=0), number("sd", sd, above=0)
    shift = number("difference", difference) / (sd * sqrt(2 / n))
    limit = norm.isf(number("alpha", alpha, above=0, below=1) / 2)
    in_favour = float(ndtr(shift - limit))
    return Power(in_favour, in_favour + float(ndtr(-shift - limit)))


# Shares of people, events, counts, scans, donors


def people_per_arm_shares(control, treated, alpha, power):
    """People per arm to tell two shares apart by the normal formula, variances not pooled (Fleiss, 1981), rounded up.

    In: shares of people with the outcome in [0, 1], not equal; two-sided alpha; power. One half against one quarter,
    5% and 80%, by hand: 7.8489 (0.25 + 0.1875) / 0.0625 = 54.9.

    >>> people_per_arm_shares(0.5, 0.25, 0.05, 0.8)
    55
    """
    control, treated = (number("share", share, at_least=0, at_most=1) for share in (control, treated))
    spread = sqrt((control * (1 - control) + treated * (1 - treated)) / 2)
    return people_per_arm_z(control - treated, spread, alpha, power)


def share_under_hazard(control, hazard_ratio):
    """Share of people with the event by a time at which the control group has `control` of them: 1 - (1 - control)^ratio.

    In: control share in (0, 1), hazard ratio above 0 and the same at all times (numbers or arrays). Out: share or array.
    EXPAND, 32 of 100 on placebo and a hazard ratio of 0.79: it prints 26 of 100 on siponimod.

    >>> round(float(share_under_hazard(0.32, 0.79)), 4)
    0.2626
    """
    control = numbers("control", control, above=0, below=1)
    return -np.expm1(np.asarray(hazard_ratio, float) * np.log1p(-control))


def events_logrank(hazard_ratio, alpha, power):
    """Events in both arms together for a two-sided log-rank test of two equal arms, not rounded (Schoenfeld, 1983).

    Out: 4 (z_alpha/2 + z_power)^2 / ln(hazard_ratio)^2. Half the hazard, 5% and 80%, by hand: 31.3955 / 0.480453.

    >>> [round(float(events_logrank(ratio, 0.05, 0.8)), 2) for ratio in (0.5, 0.79)]
    [65.35, 565.02]
    """
    return 2 * people_per_arm_z_unrounded(_log_ratio("hazard_ratio", hazard_ratio), 1, alpha, power)


def people_per_arm_logrank(control, hazard_ratio, alpha, power):
    """People per arm, followed until `control` of the control group have the event, to see those events; rounded up.

    In: control share and hazard ratio in (0, 1) (numbers or arrays), two-sided alpha, power. Out: events over the sum of both shares.
    Half the hazard and 48 of 100, by hand: the treated share is 1 - sqrt(0.52) = 0.2789, 65.35 / 0.7589 = 86.1.

    >>> people_per_arm_logrank(0.48, 0.5, 0.05, 0.8), people_per_arm_logrank(0.32, 0.79, 0.05, 0.8)
    (87, 970)
    """
    both = control + share_under_hazard(control, hazard_ratio)
    return rounded_up(bounded(events_logrank(hazard_ratio, alpha, power) / both))


def power_logrank(people, control, hazard_ratio, alpha):
    """Power in favour (fewer events) of the two-sided log-rank test, the events taken as those expected (Schoenfeld, 1983).

    In: people per arm, control share in (0, 1), hazard ratios above 0 (an array), two-sided alpha. Out: array.
    """
    limit = norm.isf(number("alpha", alpha, above=0, below=1) / 2)
    events = number("people", people, above=0) * (control + share_under_hazard(control, hazard_ratio))
    return ndtr(-np.log(hazard_ratio) * np.sqrt(events) / 2 - limit)


def _log_ratio(name, ratio):
    return np.log(numbers(name, ratio, above=0, below=1))


def _rate_variance(mean, ratio, dispersion_k):
    """Variance of the log ratio of two negative binomial rates times the people per arm, means as given."""
    mean = numbers("mean", mean, above=0)
    return (1 + 1 / ratio) / mean + 2 / numbers("dispersion_k", dispersion_k, above=0)


def people_per_arm_rates(mean, ratio, dispersion_k, alpha, power):
    """People per arm to tell two rates of counts apart by their ratio, negative binomial (Zhu and Lakkis, 2014), rounded up.

    In: mean count of the control group over the whole follow-up, rate ratio from LEAST_RATIO to below 1, size k of the
    negative binomial (infinitely large: Poisson), numbers or arrays; two-sided alpha, power.
    Out: (z_alpha/2 + z_power)^2 (1/mean + 1/(ratio mean) + 2/k) / ln(ratio)^2, the variance at the alternative.
    """
    ratio = numbers("rate ratio", ratio, at_least=LEAST_RATIO, below=1)
    spread = np.sqrt(_rate_variance(mean, ratio, dispersion_k) / 2)
    return people_per_arm_z(_log_ratio("rate ratio", ratio), spread, alpha, power)


def power_rates(people, mean, ratio, dispersion_k, alpha):
    """Power in favour (fewer events) of that test; ratios (an array) below LEAST_RATIO count as LEAST_RATIO."""
    limit, ratio = norm.isf(number("alpha", alpha, above=0, below=1) / 2), np.maximum(ratio, LEAST_RATIO)
    error = np.sqrt(_rate_variance(mean, ratio, dispersion_k) / number("people", people, above=0))
    return ndtr(-np.log(ratio) / error - limit)


def slope_sd(sd_people, sd_scan, years):
    """Spread of one person's measured yearly change, if a line is fitted through scans at these times.

    In: true spread of the yearly change between people, error of one scan (% of volume), times of the scans in years.
    Out: sqrt(sd_people^2 + sd_scan^2 / sum (t - mean t)^2) (Fitzmaurice, Laird and Ware, 2011, chapter 20).
    """
    years = np.array([number("years", time, at_least=0) for time in years])
    if len(set(years)) < 2:
        raise ValueError(f"years is {years.tolist()}, but a change needs scans at two times or more.")
    error = number("sd_scan", sd_scan, at_least=0) ** 2 / float(((years - years.mean()) ** 2).sum())
    return sqrt(number("sd_people", sd_people, above=0 if error == 0 else None, at_least=0) ** 2 + error)


def split_of_spread(sd, years, saving, short, long):
    """True spread of the yearly change between people and the error of one scan behind a spread seen with two scans.

    In: SD of the yearly change seen over so many years; the share of people that a trial of `long` years saves against one of
    `short` (both with two scans, the same yearly loss; all that it saves is put down to the scans). Out: (sd_people, sd_scan)
    with sd_people^2 + 2 sd_scan^2 / years^2 = sd^2. With nothing saved no error; what error alone would save is the most.
    """
    sd, years = number("sd", sd, above=0), number("years", years, above=0)
    short, left = number("short", short, above=0), 1 - number("saving", saving, at_least=0, below=1)
    most = (short / number("long", long, above=short)) ** 2
    number("what is left of the people", left, at_least=most)
    if left == most:
        return 0.0, sd * years / sqrt(2)
    # error over true variance: (1 + r / long^2) = left (1 + r / short^2), r = 2 e^2 / b^2
    ratio = (1 - left) / (left / short**2 - 1 / long**2)
    people = sd / sqrt(1 + ratio / years**2)
    return people, people * sqrt(ratio / 2)


def chance_top_leads(people_per_cohort, difference, sd):
    """Chance that the mean of the last cohort, truly ahead by a difference, is the best of all; the others alike, normal.

    In: people in each cohort, difference and sd in one unit. Out: integral of phi(z) times the product of
    Phi(z sqrt(n_i / n) + difference sqrt(n_i) / sd) over the other cohorts (Bechhofer, 1954, for unequal n), by
    Gauss-Legendre quadrature. Without a difference one in four, by symmetry; of two cohorts of one, Phi(1 / sqrt 2).
    """
    *others, top = (whole_number("people in a cohort", people, at_least=1) for people in people_per_cohort)
    ahead = number("difference", difference) / number("sd", sd, above=0)
    nodes, weights = np.polynomial.legendre.leggauss(40)
    # where all others rise, the more steeply the more people they have: the panels narrow towards that place
    steep, narrow = -ahead * sqrt(top), min(1.0, *(sqrt(top / people) for people in others))
    steps = narrow * 2.0 ** np.arange(80)
    edges = np.unique(np.clip([*(steep - steps), steep, *(steep + steps)], -9, 9))
    half = np.diff(edges)[:, None] / 2
    z = edges[:-1, None] + half * (nodes + 1)
    best = np.prod([ndtr(z * sqrt(people / top) + ahead * sqrt(people)) for people in others], axis=0)
    return min(1.0, float(np.sum(weights * half * norm.pdf(z) * best)))


def effective_people(people, donors, alike):
    """People a group counts for if those with cells of one donor are alike: n / (1 + (n/donors - 1) alike) (Kish, 1965).

    In: people, donors who share them evenly (at least 1, at most as many as people), `alike` the correlation within a
    donor in [0, 1), taken as known. With one donor a trial cannot estimate it, so there the result is the most one can hope for.
    A hundred people, one donor, a tenth, by hand: 100 / 10.9.

    >>> round(effective_people(100, 1, 0.1), 2), effective_people(100, 100, 0.1)
    (9.17, 100.0)
    """
    people = whole_number("people", people, at_least=1)
    donors = whole_number("donors", donors, at_least=1, at_most=people)
    return people / (1 + (people / donors - 1) * number("alike", alike, at_least=0, below=1))


def earliest_calendar(people_per_cohort, gap_between_people_days, gap_between_cohorts_days, follow_up_days):
    """The earliest days on which a dose escalation without harm can inject and see everyone.

    In: people of each cohort by name ({name: people}, in order), days between people of a cohort, days from the last
    injection of a cohort to the first of the next, days of follow-up. Out: table with one row a person: person (from 1),
    cohort, injection_day (the first is day 0), last_visit_day.
    """
    sizes = [whole_number("people in a cohort", people, at_least=1) for people in people_per_cohort.values()]
    whole_number("the number of cohorts", len(sizes), at_least=1)
    within = whole_number("gap_between_people_days", gap_between_people_days)
    between = whole_number("gap_between_cohorts_days", gap_between_cohorts_days)
    follow_up = whole_number("follow_up_days", follow_up_days)
    waits = [between if person == 0 else within for size in sizes for person in range(size)]
    day = np.cumsum(waits) - between
    return pd.DataFrame(
        {
            "person": np.arange(1, len(day) + 1),
            "cohort": np.repeat(list(people_per_cohort), sizes),
            "injection_day": day,
            "last_visit_day": day + follow_up,
        }
    )
