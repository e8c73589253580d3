"""Assurance: the chance that a trial succeeds once the effect itself is uncertain, by a normal belief about it.

A share prevented above 0 is in favour.
"""

from math import inf, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri
from scipy.stats import chi2, norm

from trial.methods.intervals import number, numbers
from trial.methods.planning import LARGEST_ARM, bounded, fewest


def _belief(prior_mean, prior_sd):
    return numbers("prior_mean", prior_mean), numbers("prior_sd", prior_sd, above=0)


def _trial(n_per_arm, sd, loss, alpha):
    error = numbers("sd", sd, above=0) * sqrt(2 / number("n_per_arm", n_per_arm, above=0))
    return error / numbers("loss", loss, above=0), -ndtri(number("alpha", alpha, above=0, below=1) / 2)


def assurance(prior_mean, prior_sd, n_per_arm, sd, loss, alpha):
    """Chance of a significant result in favour, averaged over a normal belief about the share prevented.

    Assurance: O'Hagan, Stevens and Campbell (2005).

    In: mean and SD of the belief (shares of the loss, not cut at 0 or 1), people per arm, known sd and yearly loss
    above 0 in one unit (all but the people numbers or arrays), two-sided alpha. Out: Phi((m - z e) / sqrt(s^2 + e^2)), where e = sd sqrt(2 / n) / loss is the
    standard error of the estimated share.
    """
    prior_mean, prior_sd = _belief(prior_mean, prior_sd)
    error, limit = _trial(n_per_arm, sd, loss, alpha)
    return ndtr((prior_mean - limit * error) / np.sqrt(prior_sd**2 + error**2))


def assurance_by_quadrature(power_in_favour, prior_mean, prior_sd, upto=inf):
    """Average of a power curve over a normal belief about the share prevented, by Gauss-Legendre quadrature.

    In: function from an array of shares to their power in favour, mean and SD of the belief, and the share up to which
    to integrate: with `upto` the result is P(success and share at most upto). Out: probability.
    Four hundred panels of sixteen points resolve the curves of trials of up to a hundred thousand people per arm.
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
    """
    error, limit = _trial(n_per_arm, sd, loss, alpha)
    useless = number("useless", useless)
    return assurance_by_quadrature(lambda share: ndtr(share / error - limit), prior_mean, prior_sd, upto=useless)


def assurance_ceiling(prior_mean, prior_sd):
    """The assurance no size of trial can exceed: the belief that there is any effect in favour, P(share > 0)."""
    prior_mean, prior_sd = _belief(prior_mean, prior_sd)
    return float(ndtr(prior_mean / prior_sd))


def people_for_assurance(share_of_ceiling, prior_mean, prior_sd, sd, loss, alpha):
    """Fewest people per arm whose assurance reaches this share of its ceiling; the belief's mean must not be below 0.

    In: share of the ceiling in (0, 1), belief, sd, loss and alpha as for `assurance`. Out: whole number.
    """
    # below 0 more people can lower the assurance, and a search for the fewest has no single answer
    number("prior_mean", prior_mean, at_least=0)
    goal = number("share_of_ceiling", share_of_ceiling, above=0, below=1) * assurance_ceiling(prior_mean, prior_sd)
    return bounded(fewest(lambda people: assurance(prior_mean, prior_sd, people, sd, loss, alpha) >= goal))


# Loss and spread known only from so many people

POINTS = 200  # equally likely values of the spread, and of the mean loss under each


def _left_open(sd, loss, people):
    """What so many people leave open: equally likely spreads (rows) and mean losses under each (columns), as two arrays.

    The usual joint posterior without prior knowledge: people - 1 times sd^2 over the true variance is chi squared, and the
    mean is normal around the one seen.
    """
    number("people behind the spread", people, at_least=3)
    middles = (np.arange(POINTS) + 0.5) / POINTS
    spreads = number("sd", sd, above=0) * np.sqrt((people - 1) / chi2.ppf(middles, people - 1))
    losses = number("loss", loss, above=0) + spreads[:, None] / sqrt(people) * norm.ppf(middles)[None, :]
    return spreads[:, None], losses


def sd_limits(sd, people, confidence):
    """Two-sided limits of a spread seen in so many people: sd sqrt((n - 1) / chi squared)."""
    tail, freedom = (1 - number("confidence", confidence, above=0, below=1)) / 2, number("people", people, above=1) - 1
    return tuple(number("sd", sd, above=0) * sqrt(freedom / float(chi2.isf(end, freedom))) for end in (tail, 1 - tail))


def standardised_limits(mean, sd, people, confidence):
    """Two-sided limits of a mean in units of its spread, both seen in so many people: the noncentral t, inverted.

    T = (Z + d sqrt(n)) / sqrt(chi squared / (n - 1)), summed over the spread (Gauss-Legendre over its quantiles). Endlessly many
    people leave nothing open; seventy, by the usual approximation (Hedges and Olkin, 1985), leave 1 -+ 1.96 sqrt((1 + 1 / 2) / 70):

    >>> [round(end, 2) for end in standardised_limits(1, 1, 70, 0.95)]
    [0.71, 1.28]
    """
    tail, freedom = (1 - number("confidence", confidence, above=0, below=1)) / 2, number("people", people, above=1) - 1
    seen = number("mean", mean) / number("sd", sd, above=0) * sqrt(people)
    nodes, weights = np.polynomial.legendre.leggauss(200)
    stretched = seen * np.sqrt(chi2.ppf((nodes + 1) / 2, freedom) / freedom)
    ends = stretched.min() - 40, stretched.max() + 40

    def at(share):
        return brentq(lambda shift: float(weights @ ndtr(stretched - shift)) / 2 - share, *ends) / sqrt(people)

    return at(1 - tail), at(tail)


def assurance_spread(prior_mean, prior_sd, n_per_arm, sd, loss, alpha, people):
    """Assurance where spread and mean loss are known only from so many people: averaged over what they leave open.

    In: as for `assurance`, and the people in whom sd and loss were seen. Out: mean of the closed form over equally likely
    values of both. From endlessly many people it is the assurance itself:

    >>> known, carried = (0.2, 0.25, 46, 0.5, 0.6, 0.05), (0.2, 0.25, 46, 0.5, 0.6, 0.05, 10**9)
    >>> bool(abs(assurance_spread(*carried) - assurance(*known)) < 1e-6)
    True
    """
    prior_mean, prior_sd = _belief(prior_mean, prior_sd)
    _, limit = _trial(n_per_arm, sd, loss, alpha)
    spreads, losses = _left_open(sd, loss, people)
    error = spreads * sqrt(2 / n_per_arm)
    return float(np.mean(ndtr((prior_mean * losses - limit * error) / np.sqrt((prior_sd * losses) ** 2 + error**2))))


def expected_power(n_per_arm, share, sd, loss, alpha, people):
    """Power in favour if exactly this share is prevented, averaged over what so many people leave open of spread and mean.

    From endlessly many people it is the power itself, by hand Phi(0.5 sqrt(63 / 2) - 1.959964):

    >>> round(expected_power(63, 0.5, 1, 1, 0.05, 10**9), 4)
    0.8013
    """
    _, limit = _trial(n_per_arm, sd, loss, alpha)
    spreads, losses = _left_open(sd, loss, people)
    return float(np.mean(ndtr(number("share", share) * losses / (spreads * sqrt(2 / n_per_arm)) - limit)))


def people_for_expected_power(power, share, sd, loss, alpha, people):
    """Fewest people per arm whose expected power is at least `power`; infinitely many where none up to the largest has it."""
    number("power", power, above=0, below=1)
    found = fewest(lambda size: expected_power(size, share, sd, loss, alpha, people) >= power)
    return max(2, found) if found <= LARGEST_ARM else inf
