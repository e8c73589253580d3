"""How many people the next trial needs, what its result would be worth, and how long it takes.

The outcome is a yearly change that varies between people (brain volume, % per year), compared between two arms by a
two-sided test. A difference or loss above 0 is in favour. No function has a default level or power. Impossible input
raises ValueError with one sentence that names the value and the limits.
"""

from math import ceil, inf, sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import gammaln, ndtr
from scipy.stats import beta, binom, nct, norm, t

from trial.methods.intervals import number, people_to_exclude, whole_number

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


# Shares of people, scans, donors


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


def power_shares(people, control, treated, alpha):
    """Power in favour (fewer treated people with the outcome) by the normal formula for two shares, not pooled.

    In: people per arm, control share in (0, 1), treated shares (an array within 0 and 1), two-sided alpha. Out: array.

    >>> float(power_shares(7.848880 * 7, 0.5, 0.25, 0.05).round(4))
    0.8
    """
    people, control = number("people", people, above=0), number("control", control, above=0, below=1)
    limit, treated = norm.isf(number("alpha", alpha, above=0, below=1) / 2), np.asarray(treated, float)
    error = np.sqrt((control * (1 - control) + treated * (1 - treated)) / people)
    return ndtr((control - treated) / error - limit)


def power_fisher(people, control, treated, alpha):
    """Unconditional power of Fisher's two-sided exact test of two arms: summed over all pairs of binomial counts.

    In: whole people per arm (at most 300), true shares, two-sided alpha. Out: Power; in favour means fewer with the
    outcome in the treated arm. Three against three, by hand: only 3 to 0 has a p of 0.1, so sure shares give 1.

    >>> power_fisher(3, 1, 0, 0.1).in_favour, power_fisher(3, 1, 0, 0.09).in_favour
    (1.0, 0.0)
    """
    people = whole_number("people", people, at_least=1, at_most=300)
    control, treated = (number("share", share, at_least=0, at_most=1) for share in (control, treated))
    alpha, count = number("alpha", alpha, above=0, below=1), np.arange(people + 1)
    chances = np.outer(binom.pmf(count, people, control), binom.pmf(count, people, treated))
    rejects = np.zeros(chances.shape, bool)
    # given the total, a table is as likely as the ways to choose it
    ways = gammaln(people + 1) - gammaln(count + 1) - gammaln(people - count + 1)
    for total in range(2 * people + 1):
        first = np.arange(max(0, total - people), min(people, total) + 1)
        likely = np.exp(ways[first] + ways[total - first] - ways.max() * 2)
        likely /= likely.sum()
        # tables as likely as the one seen count as extreme; equal ones may differ in the last digit
        ordered = np.sort(likely)
        upto = np.searchsorted(ordered, likely * (1 + 1e-7), side="right")
        rejects[first, total - first] = np.cumsum(ordered)[upto - 1] <= alpha * (1 + 1e-12)
    ahead = count[:, None] > count[None, :]
    in_favour = float(chances[rejects & ahead].sum())
    return Power(in_favour, in_favour + float(chances[rejects & ~ahead].sum()))


def people_per_arm_fisher(control, treated, alpha, power):
    """Fewest people per arm (up to 300) at which Fisher's exact test has this unconditional power in favour.

    The power of an exact test is a saw, so one or two people more can have a little less of it. Half against a tenth,
    5% and 80%:

    >>> n = people_per_arm_fisher(0.5, 0.1, 0.05, 0.8)
    >>> [power_fisher(size, 0.5, 0.1, 0.05).in_favour >= 0.8 for size in (n - 1, n)]
    [False, True]
    """
    alpha, power = _alpha_and_power(alpha, power)
    normal = people_per_arm_shares(control, treated, alpha, power)
    # the exact test needs more than the normal formula, so nothing is missed below four fifths of that
    for people in range(max(2, normal * 4 // 5), 301):
        if power_fisher(people, control, treated, alpha).in_favour >= power:
            return people
    raise ValueError(f"The exact test would need more than 300 people per arm; the normal formula gives {normal}.")


def slope_sd(sd_people, sd_scan, years):
    """Spread of one person's measured yearly change, if a line is fitted through scans at these times.

    In: true spread of the yearly change between people, error of one scan (% of volume), times of the scans in years.
    Out: sqrt(sd_people^2 + sd_scan^2 / sum (t - mean t)^2) (Fitzmaurice, Laird and Ware, 2011, chapter 20).
    Two scans a year apart, by hand: the error of a difference, sqrt(2), since 1 / (2 x 0.25) = 2.

    >>> round(slope_sd(0, 1, [0, 1]), 6), round(slope_sd(0.3, 0.4, [0, 0, 1, 1]), 6)
    (1.414214, 0.5)
    """
    years = np.array([number("years", time, at_least=0) for time in years])
    if len(set(years)) < 2:
        raise ValueError(f"years is {years.tolist()}, but a change needs scans at two times or more.")
    error = number("sd_scan", sd_scan, at_least=0) ** 2 / float(((years - years.mean()) ** 2).sum())
    return sqrt(number("sd_people", sd_people, above=0 if error == 0 else None, at_least=0) ** 2 + error)


def chance_top_leads(people_per_cohort, difference, sd):
    """Chance that the mean of the last cohort, truly ahead by a difference, is the best of all; the others alike, normal.

    In: people in each cohort, difference and sd in one unit. Out: integral of phi(z) times the product of
    Phi(z sqrt(n_i / n) + difference sqrt(n_i) / sd) over the other cohorts (Bechhofer, 1954, for unequal n), by
    Gauss-Legendre quadrature. Without a difference one in four, by symmetry; of two cohorts of one, Phi(1 / sqrt 2).

    >>> round(chance_top_leads([3, 3, 3, 3], 0, 0.5), 10), round(chance_top_leads([1, 1], 1, 1), 4)
    (0.25, 0.7602)
    """
    *others, top = (whole_number("people in a cohort", people, at_least=1) for people in people_per_cohort)
    ahead = number("difference", difference) / number("sd", sd, above=0)
    nodes, weights = np.polynomial.legendre.leggauss(200)
    z = 9 * nodes
    best = np.prod([ndtr(z * sqrt(people / top) + ahead * sqrt(people)) for people in others], axis=0)
    return float(np.sum(weights * 9 * norm.pdf(z) * best))


def effective_people(people, donors, alike):
    """People a group counts for if those with cells of one donor are alike: n / (1 + (n/donors - 1) alike) (Kish, 1965).

    In: people, donors who share them evenly, `alike` the correlation within a donor in [0, 1).
    A hundred people, one donor, a tenth, by hand: 100 / 10.9.

    >>> round(effective_people(100, 1, 0.1), 2), effective_people(100, 100, 0.1)
    (9.17, 100.0)
    """
    alike = number("alike", alike, at_least=0, below=1)
    return people / (1 + (people / donors - 1) * alike)


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


def assurance_shares(prior_mean, prior_sd, n_per_arm, control, alpha):
    """Assurance for a share of people with an outcome, a normal belief about the part of them who are spared it.

    In: belief, people per arm, share of the control group in (0, 1), two-sided alpha. Out: probability, by quadrature of
    the normal formula for two shares (variances not pooled, the treated share kept within 0 and 1).
    A firm belief gives the power of the formula, by hand 0.8 for 54.95 per arm, a half and a quarter.

    >>> round(assurance_shares(0.5, 1e-9, 7.848880 * 7, 0.5, 0.05), 4)
    0.8
    """
    return assurance_by_quadrature(
        lambda spared: power_shares(n_per_arm, control, np.clip(control * (1 - spared), 0, 1), alpha),
        prior_mean,
        prior_sd,
    )


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


# Watching for harm, and one early look


def stopping_counts(people, tolerable, sure, prior_people):
    """Fewest harmed among the first 1, 2, ... people at which a run-in stops (beta-binomial; Thall and Simon, 1994).

    It stops where P(rate > tolerable | data) >= sure, under a beta prior with the tolerable rate as mean and the weight
    of so many people. In: whole people, rates in (0, 1), weight above 0. Out: list of counts; a count above the number of
    people so far means that nothing can stop it there.

    With a tolerable half and a prior Beta(1, 1), by hand: after two harmed of two, P = 1 - 1/8 = 0.875.

    >>> stopping_counts(3, 0.5, 0.87, 2)
    [2, 2, 3]
    """
    people = whole_number("people", people, at_least=1)
    tolerable, sure = (
        number(name, rate, above=0, below=1) for name, rate in (("tolerable", tolerable), ("sure", sure))
    )
    a = number("prior_people", prior_people, above=0) * tolerable
    b = prior_people - a
    found = []
    for seen in range(1, people + 1):
        harmed = np.arange(seen + 1)
        stops = beta.sf(tolerable, a + harmed, b + seen - harmed) >= sure
        found.append(int(harmed[stops][0]) if stops.any() else seen + 1)
    return found


class RunIn(NamedTuple):
    """What a stopping rule does at one true rate: chance to stop, people treated and harmed on average."""

    p_stop: float
    expected_people: float
    expected_harmed: float


def run_in(rate, counts):
    """Exact operating characteristics of a stopping rule, person by person (dynamic programming over people harmed).

    In: true rate of harm in [0, 1], counts as from `stopping_counts`. Out: RunIn; a stop at the last person counts.
    Stop at the first harm, two people, one half, by hand: stops 3/4, treats 1.5.

    >>> run_in(0.5, [1, 1])
    RunIn(p_stop=0.75, expected_people=1.5, expected_harmed=0.75)
    """
    rate, alive = number("rate", rate, at_least=0, at_most=1), np.array([1.0])
    stopped = treated = 0.0
    for limit in counts:
        treated += alive.sum()
        alive = np.append(alive * (1 - rate), 0.0) + np.append(0.0, alive * rate)
        stopped += alive[limit:].sum()
        alive[limit:] = 0
    return RunIn(float(stopped), float(treated), float(rate * treated))


class Look(NamedTuple):
    """One early look for futility: chance to stop there, power in favour, the power it costs, people per arm on average."""

    p_stop: float
    power: float
    power_lost: float
    expected_people: float


def futility_look(n, difference, sd, alpha, share, bound):
    """One look that ends the trial without success if its z value is at or below a bound (Jennison and Turnbull, 2000).

    In: people per arm at the end, true difference (above 0 in favour) and known sd, two-sided alpha of the final test
    (not relaxed), share of the people seen at the look in (0, 1), bound. Out: Look, by quadrature over the first of two
    normal z values whose correlation is sqrt(share).

    No effect, a bound of 0, by hand: stops half of the time, and a half-size look saves a quarter of the people.

    >>> look = futility_look(40, 0, 1, 0.05, 0.5, 0)
    >>> round(look.p_stop, 10), round(look.expected_people, 8)
    (0.5, 30.0)
    """
    n, sd = number("n", n, above=0), number("sd", sd, above=0)
    share, bound = number("share", share, above=0, below=1), number("bound", bound)
    shift = number("difference", difference) / (sd * sqrt(2 / n))
    limit = norm.isf(number("alpha", alpha, above=0, below=1) / 2)
    first = shift * sqrt(share)
    nodes, weights = np.polynomial.legendre.leggauss(200)
    low, high = max(bound - first, -9.0), 9.0
    if low >= high:
        gone, power = 1.0, 0.0
    else:
        z = low + (high - low) * (nodes + 1) / 2
        later = ndtr((shift + sqrt(share) * z - limit) / sqrt(1 - share))
        gone, power = float(ndtr(bound - first)), float(np.sum(weights * norm.pdf(z) * later) * (high - low) / 2)
    # of a power not lost at all rounding leaves a little on either side
    return Look(gone, power, max(0.0, float(ndtr(shift - limit)) - power), n * (1 - gone * (1 - share)))


# Time


def earliest_calendar(people_per_cohort, gap_between_people_days, gap_between_cohorts_days, follow_up_days):
    """The earliest days on which a dose escalation without harm can inject and see everyone.

    In: people of each cohort by name ({name: people}, in order), days between people of a cohort, days from the last
    injection of a cohort to the first of the next, days of follow-up. Out: table with one row a person: person (from 1),
    cohort, injection_day (the first is day 0), last_visit_day.

    Four cohorts of three, 14 and 91 days, by hand: 4 x 28 + 3 x 91 = 385 days from first to last injection.

    >>> calendar = earliest_calendar(dict.fromkeys("ABCD", 3), 14, 91, 672)
    >>> calendar.iloc[[0, 2, 3, -1]].values.tolist()
    [[1, 'A', 0, 672], [3, 'A', 28, 700], [4, 'B', 119, 791], [12, 'D', 385, 1057]]
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
