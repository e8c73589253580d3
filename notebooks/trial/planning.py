"""How many people the next trial needs, what its result would be worth, and how long it takes.

The outcome is a yearly change that varies between people (brain volume, % per year), compared between two arms by a
two-sided test. A difference or loss above 0 is in favour. No function has a default level or power. Impossible input
raises ValueError with one sentence that names the value and the limits.
"""

from math import ceil, inf, sqrt
from string import ascii_uppercase
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import nct, norm, t

from trial.intervals import number, people_to_exclude, whole_number

LARGEST_ARM = 10_000_000


class Power(NamedTuple):
    """Probability of a significant result: in favour of the treatment, and in either direction."""

    in_favour: float
    either_way: float


def rounded_up(people):
    """People as a whole number, rounded up unless the excess is a rounding error of the computer.

    >>> rounded_up(45.66), rounded_up(46.0000000000001)
    (46, 46)
    """
    return int(ceil(people - 1e-9 * max(1.0, abs(people))))


def _difference_and_spread(difference, sd):
    difference = number("difference", difference)
    if difference == 0:
        raise ValueError("difference is 0.0, but no size of trial can find a difference of zero.")
    return abs(difference), number("sd", sd, above=0)


def _alpha_and_power(alpha, power):
    alpha = number("alpha", alpha, above=0, below=1)
    return alpha, number("power", power, above=alpha, below=1)


def _bounded(people):
    if not people <= LARGEST_ARM:
        raise ValueError(f"The trial would need {people:.3g} people per arm, but sizes are given up to {LARGEST_ARM}.")
    return people


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

    In: difference and sd in one unit, two-sided alpha, power, ratio of the second arm to the first.
    Out: (1 + 1/ratio) (z_alpha/2 + z_power)^2 sd^2 / difference^2.

    One standard deviation, 5%, 80%, by hand: 2 (1.959964 + 0.841621)^2.

    >>> round(people_per_arm_z_unrounded(1, 1, 0.05, 0.8), 4)
    15.6978
    """
    difference, sd = _difference_and_spread(difference, sd)
    alpha, power = _alpha_and_power(alpha, power)
    ratio = number("ratio", ratio, above=0)
    return _bounded(float((1 + 1 / ratio) * ((norm.isf(alpha / 2) + norm.ppf(power)) * sd / difference) ** 2))


def people_per_arm_z(difference, sd, alpha, power, ratio=1):
    """People in the first arm by the normal formula, rounded up; in and out as in the unrounded formula.

    Van den Elskamp and others (2010), six months: change -0.33, half of it prevented, SD = 0.061 sqrt(135).

    >>> people_per_arm_z(0.33 * 0.5, 0.061 * 135**0.5, 0.05, 0.8)
    290
    """
    return rounded_up(people_per_arm_z_unrounded(difference, sd, alpha, power, ratio))


def arms(first_arm, ratio):
    """People in both arms, each rounded up, from the unrounded first arm and the ratio of the second to it.

    >>> arms(11.77, 2)
    (12, 24)
    """
    first_arm = number("first_arm", first_arm, above=0)
    return rounded_up(first_arm), rounded_up(first_arm * number("ratio", ratio, above=0))


def _power_t(people, effect_size, alpha, ratio):
    freedom = people * (1 + ratio) - 2
    shift = effect_size * sqrt(people * ratio / (1 + ratio))
    limit = t.isf(alpha / 2, freedom)
    # far from its limit the tail of the noncentral t is not representable and comes back as nan: it is 0 there
    against = np.nan_to_num(nct.cdf(-limit, freedom, shift))
    in_favour = nct.sf(limit, freedom, shift)
    return Power(float(in_favour), float(in_favour + against))


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


def people_per_arm_t_unrounded(difference, sd, alpha, power, ratio=1):
    """People in the first arm, not rounded, at which the two-sided t test has exactly this power (noncentral t).

    Where three people in all would have more than that power, their share in the first arm is returned.

    Cohen (1988, table 2.4.1) prints 64 for half a standard deviation, 5% and 80%.

    >>> round(people_per_arm_t_unrounded(0.5, 1, 0.05, 0.8), 2)
    63.77
    """
    start = people_per_arm_z_unrounded(difference, sd, alpha, power, ratio)
    difference, sd = _difference_and_spread(difference, sd)

    def excess(people):
        return _power_t(people, difference / sd, alpha, ratio).either_way - power

    # below one degree of freedom the noncentral t is not computed reliably, and no trial is that small
    fewest = 3 / (1 + ratio)
    if excess(fewest) >= 0:
        return fewest
    most = max(start, fewest) + 2
    while excess(most) < 0:
        most *= 2
    return float(brentq(excess, fewest, most, xtol=1e-12, rtol=1e-14))


def people_per_arm_t(difference, sd, alpha, power, ratio=1):
    """People in the first arm, rounded up, for the two-sided t test (noncentral t); at least 2.

    >>> people_per_arm_t(0.5, 1, 0.05, 0.8)
    64
    """
    return max(2, rounded_up(people_per_arm_t_unrounded(difference, sd, alpha, power, ratio)))


def ancova_factor(correlation):
    """Factor on the number of people if the outcome is adjusted for a baseline value: 1 - r^2 (Borm and others, 2007).

    >>> ancova_factor(0.5)
    0.75
    """
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

    A difference of 0 gives alpha; in favour means above 0. Half a standard deviation and 63 per arm, by hand:
    Phi(0.5 sqrt(63 / 2) - 1.959964) in favour.

    >>> round(power_z(63, 0.5, 1, 0.05).in_favour, 4), round(power_z(10, 0, 1, 0.05).either_way, 12)
    (0.8013, 0.05)
    """
    n, sd = number("n", n, above=0), number("sd", sd, above=0)
    shift = number("difference", difference) / (sd * sqrt(2 / n))
    limit = norm.isf(number("alpha", alpha, above=0, below=1) / 2)
    in_favour = float(ndtr(shift - limit))
    return Power(in_favour, in_favour + float(ndtr(-shift - limit)))


# Assurance: the chance of success once the effect itself is uncertain


def _belief(prior_mean, prior_sd):
    return number("prior_mean", prior_mean), number("prior_sd", prior_sd, above=0)


def _trial(n_per_arm, sd, loss, alpha):
    error = number("sd", sd, above=0) * sqrt(2 / number("n_per_arm", n_per_arm, above=0))
    return error / number("loss", loss, above=0), norm.isf(number("alpha", alpha, above=0, below=1) / 2)


def assurance(prior_mean, prior_sd, n_per_arm, sd, loss, alpha):
    """Chance of a significant result in favour, averaged over a normal belief about the share prevented.

    Assurance: O'Hagan, Stevens and Campbell (2005).

    In: mean and SD of the belief (shares of the loss, not cut at 0 or 1), people per arm, known sd and yearly loss
    above 0 in one unit, two-sided alpha. Out: Phi((m - z e) / sqrt(s^2 + e^2)), where e = sd sqrt(2 / n) / loss is the
    standard error of the estimated share.

    One per arm and sd 1 / sqrt(2), so that e = 1, belief with mean 1.959964 and SD 1, by hand: Phi(0).

    >>> round(assurance(1.959963984540054, 1, 1, 0.5**0.5, 1, 0.05), 12)
    0.5
    """
    prior_mean, prior_sd = _belief(prior_mean, prior_sd)
    error, limit = _trial(n_per_arm, sd, loss, alpha)
    return float(ndtr((prior_mean - limit * error) / sqrt(prior_sd**2 + error**2)))


def assurance_by_quadrature(power_in_favour, prior_mean, prior_sd, upto=inf):
    """Average of a power curve over a normal belief about the share prevented, by Gauss-Legendre quadrature.

    In: function from an array of shares to their power in favour, mean and SD of the belief, and the share up to which
    to integrate: with `upto` the result is P(success and share at most upto). Out: probability.
    Four hundred panels of sixteen points resolve the curves of trials of up to a hundred thousand people per arm.

    A trial that always succeeds, by hand: the whole belief, and half of it up to its mean.

    >>> from numpy import ones_like
    >>> round(assurance_by_quadrature(ones_like, 0.2, 0.25), 10)
    1.0
    >>> round(assurance_by_quadrature(ones_like, 0.2, 0.25, upto=0.2), 10)
    0.5
    """
    prior_mean, prior_sd = _belief(prior_mean, prior_sd)
    end = min(9.0, (upto - prior_mean) / prior_sd)
    if end <= -9:
        return 0.0
    nodes, weights = np.polynomial.legendre.leggauss(16)
    edges = np.linspace(-9, end, 401)
    half = (edges[1] - edges[0]) / 2
    standard = (edges[:-1, None] + half * (nodes + 1)).ravel()
    power = np.asarray(power_in_favour(prior_mean + prior_sd * standard))
    return float(np.sum(np.tile(weights, 400) * half * norm.pdf(standard) * power))


def success_and_useless(prior_mean, prior_sd, n_per_arm, sd, loss, alpha, useless):
    """Chance that the trial succeeds although the share prevented is at or below `useless`; in as for `assurance`.

    Divided by the assurance it is the chance that a success is a useless one. If every share counts as useless, it is
    the assurance:

    >>> whole = assurance(0.2, 0.25, 46, 0.5, 0.6, 0.05)
    >>> abs(success_and_useless(0.2, 0.25, 46, 0.5, 0.6, 0.05, useless=10) - whole) < 1e-10
    True
    """
    error, limit = _trial(n_per_arm, sd, loss, alpha)
    useless = number("useless", useless)
    return assurance_by_quadrature(lambda share: ndtr(share / error - limit), prior_mean, prior_sd, upto=useless)


def assurance_ceiling(prior_mean, prior_sd):
    """The assurance no size of trial can exceed: the belief that there is any effect in favour, P(share > 0).

    A sceptic centred on no effect, by hand: one half.

    >>> assurance_ceiling(0, 0.25)
    0.5
    """
    prior_mean, prior_sd = _belief(prior_mean, prior_sd)
    return float(ndtr(prior_mean / prior_sd))


def people_for_assurance(share_of_ceiling, prior_mean, prior_sd, sd, loss, alpha):
    """Fewest people per arm whose assurance reaches this share of its ceiling; the belief's mean must not be below 0.

    In: share of the ceiling in (0, 1), belief, sd, loss and alpha as for `assurance`. Out: whole number.

    >>> n = people_for_assurance(0.95, 0, 0.25, 0.498, 0.584, 0.05)
    >>> [assurance(0, 0.25, size, 0.498, 0.584, 0.05) >= 0.95 * 0.5 for size in (n - 1, n)]
    [False, True]
    """
    # below 0 more people can lower the assurance, and a search for the fewest has no single answer
    number("prior_mean", prior_mean, at_least=0)
    goal = number("share_of_ceiling", share_of_ceiling, above=0, below=1) * assurance_ceiling(prior_mean, prior_sd)
    low, high = 0, 1
    while assurance(prior_mean, prior_sd, high, sd, loss, alpha) < goal:
        low, high = high, int(_bounded(2 * high))
    while high - low > 1:
        middle = (low + high) // 2
        reached = assurance(prior_mean, prior_sd, middle, sd, loss, alpha) >= goal
        low, high = (low, middle) if reached else (middle, high)
    return high


# Time


def earliest_calendar(people_per_cohort, cohorts, gap_between_people_days, gap_between_cohorts_days, follow_up_days):
    """The earliest days on which a dose escalation without harm can inject and see everyone.

    In: whole people and cohorts (at most 26), days between people of a cohort, days from the last injection of a cohort
    to the first of the next, days of follow-up. Out: table with one row a person: person (from 1), cohort (A, B, ...),
    injection_day (the first is day 0), last_visit_day.

    Four cohorts of three, 14 and 91 days, by hand: 4 x 28 + 3 x 91 = 385 days from first to last injection.

    >>> earliest_calendar(3, 4, 14, 91, 672).iloc[[0, 2, 3, -1]].to_string(index=False).splitlines()[1:]
    ['      1      A              0             672', '      3      A             28             700', \
'      4      B            119             791', '     12      D            385            1057']
    """
    people_per_cohort = whole_number("people_per_cohort", people_per_cohort, at_least=1)
    cohorts = whole_number("cohorts", cohorts, at_least=1, at_most=len(ascii_uppercase))
    within = whole_number("gap_between_people_days", gap_between_people_days)
    between = whole_number("gap_between_cohorts_days", gap_between_cohorts_days)
    follow_up = whole_number("follow_up_days", follow_up_days)
    cohort, place = np.divmod(np.arange(people_per_cohort * cohorts), people_per_cohort)
    day = cohort * ((people_per_cohort - 1) * within + between) + place * within
    return pd.DataFrame(
        {
            "person": np.arange(1, len(day) + 1),
            "cohort": [ascii_uppercase[index] for index in cohort],
            "injection_day": day,
            "last_visit_day": day + follow_up,
        }
    )
