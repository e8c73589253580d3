"""Several small trials together: what counts of harm say about an average rate, and about the rate in another trial.

The rates of the trials vary around their average as a beta distribution; how much they vary is a belief (a prior), since
counts that are all zero say next to nothing about it. Impossible input raises ValueError with one sentence.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, betaln
from scipy.stats import beta

from trial.methods.intervals import number, whole_number

# Likeness 0: one rate for all trials. Likeness 1: each trial all or nothing.
SPREADS = {"trials much alike": (1, 19), "any spread as likely as any other": (1, 1)}


class Pooled(NamedTuple):
    """Upper limits (shares, one-sided) of the average rate and of the rate in another trial."""

    average: float
    another_trial: float


def _grid(spread, points):
    """Nodes and prior weights: average rate (uniform) by spread (intraclass correlation, a beta distribution)."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    unit, half = (nodes + 1) / 2, weights / 2
    # squared, so that the nodes crowd where the rates are small
    mean, mean_weight = unit**2, 2 * unit * half
    spread_nodes = unit**2
    spread_weight = beta.pdf(spread_nodes, *spread) * 2 * unit * half
    return mean[:, None], spread_nodes[None, :], mean_weight[:, None] * spread_weight[None, :]


def pooled_limits(counts, people, spread, confidence, points=80):
    """Upper limits of a beta-binomial model of several trials, by quadrature (the average good to three digits).

    In: people with the event and people per trial (equally long lists), spread (the two numbers of a beta prior for the
    intraclass correlation), confidence. The prior for the average rate is uniform. Out: Pooled; the rate in another
    trial is that of one drawn from the same spread (Skellam, 1948; Spiegelhalter, Abrams and Myles, 2004).

    With hardly any spread it is one trial of all the people, by hand: 1 - 0.05^(1/26) for none in 25.

    >>> limits = pooled_limits([0, 0], [12, 13], (1, 1e6), 0.95)
    >>> abs(limits.average - (1 - 0.05 ** (1 / 26))) < 1e-4
    True
    """
    people = [whole_number("people in a trial", size, at_least=1) for size in people]
    if len(counts) != len(people) or not people:
        raise ValueError(f"{len(counts)} counts stand beside {len(people)} trials, but each trial needs one.")
    counts = [
        whole_number("people with the event", count, at_most=size) for count, size in zip(counts, people, strict=True)
    ]
    confidence = number("confidence", confidence, above=0, below=1)
    first, second = (number("prior parameter", one, above=0) for one in spread)
    mean, likeness, weight = _grid((first, second), points)
    total = (1 - likeness) / likeness
    a, b = mean * total, (1 - mean) * total
    log_likelihood = sum(
        betaln(a + count, b + size - count) - betaln(a, b) for count, size in zip(counts, people, strict=True)
    )
    posterior = weight * np.exp(log_likelihood - log_likelihood.max())
    posterior /= posterior.sum()
    by_mean = posterior.sum(axis=1)
    # between two nodes the distribution function is interpolated in the square root, where the nodes lie even
    edges = np.concatenate([[0.0], np.cumsum(by_mean)])
    places = np.concatenate([[0.0], np.cumsum(np.polynomial.legendre.leggauss(points)[1] / 2)])
    average = float(np.interp(confidence, edges, places)) ** 2

    def beyond(rate):
        return float((posterior * betainc(a, b, rate)).sum()) - confidence

    # A trial may be all or nothing: then the limit can lie at an end, nearer than a computer can tell.
    lowest, highest = 1e-9, 1 - 1e-9
    if beyond(highest) < 0:
        return Pooled(average, 1.0)
    if beyond(lowest) > 0:
        return Pooled(average, 0.0)
    return Pooled(average, float(brentq(beyond, lowest, highest, xtol=1e-12)))
