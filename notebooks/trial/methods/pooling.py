"""Several small trials together: what counts of harm say about an average rate, and about the rate in another trial.

The rates of the trials vary around their average as a beta distribution; how much they vary is a belief (a prior), since
counts that are all zero say next to nothing about it.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, betaln
from scipy.stats import beta

from trial.methods.intervals import number, several, whole_number

# Likeness 0: one rate for all trials. Likeness 1: each trial all or nothing.
POINTS = 80  # of the quadrature, each way
SPREADS = {"trials much alike": (1, 19), "any spread as likely as any other": (1, 1)}


class Pooled(NamedTuple):
    """Upper limits (shares, one-sided) of the average rate and of the rate in another trial."""

    average: float
    another_trial: float


def _chances(counts, people, mean, likeness):
    """Logarithm of the chance of all counts (beta-binomial), on a grid of average rates and likenesses."""
    total = (1 - likeness) / likeness
    a, b = mean * total, (1 - mean) * total
    return sum(betaln(a + count, b + size - count) - betaln(a, b) for count, size in zip(counts, people, strict=True))


def pooled_limits(counts, people, spread, confidence):
    """Upper limits of a beta-binomial model of several trials, one-sided, by quadrature (good to three digits).

    In: people with the event and people per trial (equally long lists), spread (the two numbers of a beta prior for the
    intraclass correlation), confidence. The prior for the average rate is uniform. Out: Pooled; the rate in another
    trial is that of one drawn from the same spread (Skellam, 1948; Spiegelhalter, Abrams and Myles, 2004).
    """
    counts, people = several("counts", counts), several("people in the trials", people)
    people = [whole_number("people in a trial", size, at_least=1, at_most=10**9) for size in people]
    if len(counts) != len(people) or not people:
        raise ValueError(f"{len(counts)} counts stand beside {len(people)} trials, but each trial needs one.")
    counts = [
        whole_number("people with the event", count, at_most=size) for count, size in zip(counts, people, strict=True)
    ]
    confidence = number("confidence", confidence, above=0, below=1)
    first, second = _prior(spread)
    nodes, weights = np.polynomial.legendre.leggauss(POINTS)
    # squared, so that the nodes crowd where the rates are small
    unit, weights = ((nodes + 1) / 2) ** 2, (nodes + 1) / 2 * weights
    likeness, believed = unit, weights * beta.pdf(unit, first, second)

    def logarithms(upper):
        return _chances(counts, people, upper * unit[:, None], likeness[None, :])

    of_all = logarithms(1.0)
    highest = of_all.max()

    def below(upper):
        """Weight of the average rates below a limit: a quadrature of its own, so that no node need lie there."""
        return float(upper * (weights @ np.exp(logarithms(upper) - highest) @ believed))

    whole = below(1.0)
    average = float(brentq(lambda rate: below(rate) / whole - confidence, 1e-9, 1 - 1e-9, xtol=1e-12))
    posterior = weights[:, None] * np.exp(of_all - highest) * believed[None, :] / whole
    return Pooled(average, _of_another(posterior, unit, likeness, confidence))


def _prior(spread):
    numbers = several("spread", spread)
    whole_number("the count of prior parameters", len(numbers), at_least=2, at_most=2)
    return [number("prior parameter", one, above=0, at_most=1e9) for one in numbers]


def _of_another(posterior, mean, likeness, confidence):
    """The limit of the rate in one more trial."""
    total = (1 - likeness[None, :]) / likeness[None, :]
    a, b = mean[:, None] * total, (1 - mean[:, None]) * total

    def beyond(rate):
        return float((posterior * betainc(a, b, rate)).sum()) - confidence

    # A trial may be all or nothing: then the limit can lie at an end, nearer than a computer can tell.
    lowest, highest = 1e-9, 1 - 1e-9
    if beyond(highest) < 0:
        return 1.0
    return 0.0 if beyond(lowest) > 0 else float(brentq(beyond, lowest, highest, xtol=1e-12))
