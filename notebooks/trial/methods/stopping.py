"""Watching for harm person by person, and one early look for futility: what such rules of stopping do."""

from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy.special import betaincc, ndtr
from scipy.stats import norm

from trial.methods.intervals import number, whole_number


def stopping_counts(people, tolerable, sure, prior_people):
    """Fewest harmed among the first 1, 2, ... people at which a run-in stops (beta-binomial; Thall and Simon, 1994).

    It stops where P(rate > tolerable | data) >= sure, under a beta prior with the tolerable rate as mean and the weight
    of so many people. In: whole people, rates in (0, 1), weight above 0. Out: list of counts; a count above the number of
    people so far means that nothing can stop it there.
    """
    people = whole_number("people", people, at_least=1)
    tolerable, sure = (
        number(name, rate, above=0, below=1) for name, rate in (("tolerable", tolerable), ("sure", sure))
    )
    a = number("prior_people", prior_people, above=0) * tolerable
    b = prior_people - a
    found, harmed = [], 0
    for seen in range(1, people + 1):  # who is not harmed never lowers the count
        while harmed <= seen and betaincc(a + harmed, b + seen - harmed, tolerable) < sure:
            harmed += 1
        found.append(harmed)
    return found


DUST = 1e-30  # a chance that is left out of sums


class RunIn(NamedTuple):
    """What a stopping rule does at one true rate: chance to stop, people treated and harmed on average."""

    p_stop: float
    expected_people: float
    expected_harmed: float


def run_in(rate, counts):
    """Exact operating characteristics of a stopping rule, person by person (dynamic programming over people harmed).

    In: true rate of harm in [0, 1], counts as from `stopping_counts`. Out: RunIn; a stop at the last person counts.
    """
    rate, alive, least = number("rate", rate, at_least=0, at_most=1), np.array([1.0]), 0
    stopped = treated = 0.0
    for limit in counts:
        treated += alive.sum()
        alive = np.append(alive * (1 - rate), 0.0) + np.append(0.0, alive * rate)  # by people harmed, from `least` on
        stopped += alive[max(limit - least, 0) :].sum()
        held = np.flatnonzero(alive[: max(limit - least, 0)] > DUST)
        if not len(held):
            break
        alive, least = alive[held[0] : held[-1] + 1], least + int(held[0])
    return RunIn(float(stopped), float(treated), float(rate * treated))


def bound_of_predictive_power(least, share, alpha):
    """The z value at a look at or below which the predictive power is at most `least`, without prior knowledge (Spiegelhalter, 1986).

    In: predictive power in (0, 1), share of the people seen in (0, 1), two-sided alpha of the final test. Out:
    z_alpha/2 sqrt(share) + sqrt(1 - share) Phi^-1(least). At a predictive power of a half, by hand: 1.959964 sqrt(0.5).

    >>> round(bound_of_predictive_power(0.5, 0.5, 0.05), 4)
    1.3859
    """
    share = number("share", share, above=0, below=1)
    limit = norm.isf(number("alpha", alpha, above=0, below=1) / 2)
    return float(limit * sqrt(share) + sqrt(1 - share) * norm.ppf(number("least", least, above=0, below=1)))


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
