"""What a count of people, or of events, can say: named intervals, and what seeing nobody harmed leaves open.

Shares and rates are fractions (0.05 is five in a hundred).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from math import exp, expm1, inf, log1p, sqrt

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import beta, binom, gamma, norm

SIDES = ("two", "upper", "lower")


@dataclass(frozen=True)
class Interval:
    """An estimate with its limits, the confidence they carry, the method by name, and how many sides are limited."""

    estimate: float
    lower: float
    upper: float
    confidence: float
    method: str
    sides: str


def whole_number(name, value, at_least=0, at_most=inf):
    """The value as an int; ValueError unless it is a whole number within the limits."""
    limits = f"from {at_least} to {at_most}" if at_most < inf else f"of at least {at_least}"
    try:
        is_whole = not isinstance(value, bool | np.bool_ | str) and value == int(value)
    except (TypeError, ValueError, OverflowError):
        is_whole = False
    if not is_whole or not at_least <= value <= at_most:
        raise ValueError(f"{name} is {value}, but must be a whole number {limits}.")
    return int(value)


def number(name, value, above=None, below=None, at_least=None, at_most=None):
    """The value as a float; ValueError unless it is a finite number within the limits."""
    try:
        fits = not isinstance(value, bool | np.bool_ | str) and np.isfinite(float(value))
    except (TypeError, ValueError):
        fits = False
    fits = (
        fits
        and (above is None or value > above)
        and (below is None or value < below)
        and (at_least is None or value >= at_least)
        and (at_most is None or value <= at_most)
    )
    if not fits:
        limits = {"above": above, "of at least": at_least, "below": below, "at most": at_most}
        wanted = " and ".join(f"{word} {limit}" for word, limit in limits.items() if limit is not None)
        raise ValueError(f"{name} is {value}, but must be a {'number ' + wanted if wanted else 'finite number'}.")
    return float(value)


def one_of(name, value, choices):
    """The value; ValueError unless it is one of the choices."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} is {value!r}, but must be one of {', '.join(choices)}.")
    return value


def several(name, values):
    """The values as a list; ValueError unless they are several."""
    if not isinstance(values, Iterable) or isinstance(values, str) or np.ndim(values) == 0:
        raise ValueError(f"{name} is {values}, but must be a list.")
    return list(values)


def endless(value):
    """Whether a number is plus infinity; False for anything that is no number."""
    return isinstance(value, float) and value == inf


def _checked(count, people, confidence):
    people = whole_number("people", people, at_least=1)
    count = whole_number("people with an event", count, at_most=people)
    return float(count), float(people), number("confidence", confidence, above=0, below=1)


def numbers(name, values, **limits):
    """One number as a float, several as an array, each checked."""
    if isinstance(values, np.ndarray) and values.ndim and values.dtype == float and values.size:
        for end in (values.min(), values.max()):  # either is nan where any is
            number(name, end, **limits)
        return values
    if isinstance(values, Iterable) and not isinstance(values, str):
        return np.array([number(name, value, **limits) for value in values])
    return number(name, values, **limits)


def clopper_pearson(count, people, confidence, sides="two"):
    """Exact binomial interval: the shares that neither tail test rejects (Clopper and Pearson, 1934).

    In: people with the event, people, confidence, and "two" sides, or the "upper" or "lower" limit alone.
    Out: Interval of shares; the side not limited is 0 or 1.
    """
    count, people, confidence = _checked(count, people, confidence)
    tail = (1 - confidence) / (2 if one_of("sides", sides, SIDES) == "two" else 1)
    lower = 0.0 if sides == "upper" or count == 0 else float(beta.ppf(tail, count, people - count + 1))
    upper = 1.0 if sides == "lower" or count == people else float(beta.isf(tail, count + 1, people - count))
    return Interval(count / people, lower, upper, confidence, "Clopper-Pearson", sides)


def _wilson(count, people, confidence):
    """By score, without continuity correction (Wilson, 1927)."""
    squared = norm.isf((1 - confidence) / 2) ** 2
    centre = (count + squared / 2) / (people + squared)
    half = sqrt(squared * (count * (people - count) / people + squared / 4)) / (people + squared)
    return 0.0 if count == 0 else float(centre - half), 1.0 if count == people else float(centre + half)


def _posterior(count, people, confidence, weight):
    """Equal tails of the posterior under the prior Beta(weight, weight) (Bayes, 1763)."""
    a, b, tail = weight + count, weight + people - count, (1 - confidence) / 2
    return float(beta.ppf(tail, a, b)), float(beta.isf(tail, a, b))


def _jeffreys(count, people, confidence):
    """The same with weight 1/2 and, where nobody or everybody had it, an end at 0 or 1 (Brown, Cai and DasGupta, 2001)."""
    lower, upper = _posterior(count, people, confidence, 0.5)
    return 0.0 if count == 0 else lower, 1.0 if count == people else upper


def _agresti_coull(count, people, confidence):
    """Plain normal, about the centre of Wilson's (Agresti and Coull, 1998); a limit below 0 or above 1 is kept."""
    z = float(norm.isf((1 - confidence) / 2))
    centre = (count + z**2 / 2) / (people + z**2)
    half = z * sqrt(centre * (1 - centre) / (people + z**2))
    return centre - half, centre + half


def _mid_p(count, people, confidence):
    """Half of what was seen counted in each tail (Lancaster, 1961).

    It does not hold its level everywhere: at 95% and with twelve people a share of 0.234 is covered 91.9 times in 100.
    """
    none = log1p(-confidence) / people
    if not 0 < count < people:
        return (0.0, -expm1(none)) if count == 0 else (exp(none), 1.0)

    def excess(share, tail):
        return tail(share) + binom.pmf(count, people, share) / 2 - (1 - confidence) / 2

    tails = (lambda share: binom.sf(count, people, share), lambda share: binom.cdf(count - 1, people, share))
    return tuple(float(brentq(excess, 0.0, 1.0, args=(tail,), xtol=1e-15)) for tail in tails)


NAMED = {  # from count, people and confidence to two limits
    "Wilson": _wilson,
    "Jeffreys, equal-tailed": lambda *given: _posterior(*given, 0.5),
    "Jeffreys, ends at 0 and 1": _jeffreys,
    "Agresti-Coull": _agresti_coull,
    "mid-P": _mid_p,
    "posterior, prior Beta(1, 1)": lambda *given: _posterior(*given, 1),
}


def poisson_overdispersed(events, exposure, dispersion, confidence):
    """Two-sided interval for a rate whose events vary `dispersion` times as much as a Poisson count (Fay and Feuer, 1997).

    Their gamma interval with one weight for all: exact if events come in bunches of `dispersion` and bunches at random;
    at dispersion 1 it is the exact Poisson interval. In: events, exposure (person-years), variance over mean (at least
    1), confidence. Out: Interval of events per unit of exposure.
    """
    events, exposure = whole_number("events", events), number("exposure", exposure, above=0)
    dispersion = number("dispersion", dispersion, at_least=1, at_most=1e9)
    confidence = number("confidence", confidence, above=0, below=1)
    tail = (1 - confidence) / 2
    bunches, scale = events / dispersion, dispersion / exposure
    lower = 0.0 if events == 0 else float(gamma.ppf(tail, bunches) * scale)
    upper = float(gamma.isf(tail, bunches + 1) * scale)
    name = "exact Poisson" if dispersion == 1 else f"gamma, {dispersion:g} times the Poisson variance"
    return Interval(events / exposure, lower, upper, confidence, name, "two")


def poisson_exact(events, exposure, confidence):
    """Exact two-sided interval for a rate of events per unit of exposure (Garwood, 1936): his table has 4.80 to 18.39 for ten."""
    return poisson_overdispersed(events, exposure, 1, confidence)


def interval_table(count, people, confidence):
    """All named intervals for one count: method, sides, lower, upper (shares); the rule of three where nobody had it.

    The quick rule (Hanley and Lippman-Hand, 1983) is -ln(1 - confidence) / people, at 0.95 also 3 / people; for a handful of
    people either exceeds 1, and is left so.

    >>> interval_table(0, 12, 0.95).round(3).iloc[[0, 1, -1]]
                            method  sides  lower  upper
    0              Clopper-Pearson    two  0.000  0.265
    1              Clopper-Pearson  upper  0.000  0.221
    9  posterior, prior Beta(1, 1)    two  0.002  0.247
    """
    exact = [clopper_pearson(count, people, confidence, sides) for sides in ("two", "upper")]
    given = _checked(count, people, confidence)
    rows = [(one.method, one.sides, one.lower, one.upper) for one in exact]
    rows += [(name, "two", *limits(*given)) for name, limits in NAMED.items()]
    if count == 0:
        rules = [("rule of three, any confidence", "upper", 0.0, -log1p(-confidence) / people)]
        rules += [("rule of three", "upper", 0.0, 3 / people)] if confidence == 0.95 else []
        rows[-1:-1] = rules
    return pd.DataFrame(rows, columns=["method", "sides", "lower", "upper"])


def probability_none(rate, people):
    """Probability that none of so many people has the event: (1 - rate)^people, for one true rate or several."""
    people = whole_number("people", people, at_least=1)
    return (1 - numbers("rate", rate, at_least=0, at_most=1)) ** people


def people_to_exclude(rate, confidence, sides="upper"):
    """Fewest people without an event that exclude a rate: the smallest n with (1 - rate)^n at most 1 - confidence.

    By the two-sided exact interval (sides "two") it is half of that. Both numbers are taken as the decimals they are
    written as, so that an exact boundary counts as reached: with 0.1 and 0.19 two people do, since 0.9^2 is 0.81.
    """
    rate = number("rate", rate, above=0, at_most=1)
    confidence = number("confidence", confidence, above=0, below=1)
    tails = 2 if one_of("sides", sides, ("two", "upper")) == "two" else 1
    if rate == 1:
        return 1
    with localcontext() as context:
        context.prec = 60 - min(Decimal(rate).adjusted(), 0)  # so that 1 - rate is not 1
        people = ((1 - Decimal(repr(confidence))) / tails).ln() / (1 - Decimal(repr(rate))).ln()
        nearest = people.to_integral_value()
        boundary = abs(people - nearest) < Decimal("1e-30") * people
        return max(1, int(nearest if boundary else people.to_integral_value(rounding="ROUND_CEILING")))


def count_distribution(share, people):
    """Probabilities that 0, 1, ..., people of so many have the event (binomial): an array of people + 1."""
    people = whole_number("people", people, at_least=1, at_most=1_000_000)
    return binom.pmf(np.arange(people + 1), people, number("share", share, at_least=0, at_most=1))


def hundred_trials(rate, people):
    """Of a hundred imagined trials, how many see 0, 1, ..., people harmed: exact cumulative shares, each rounded.

    Whole numbers (array of people + 1) that add up to 100; those that see none agree with the share rounded by itself.
    """
    # rounded first, so that a half that floating point missed by its last bit is a half
    reached = np.floor(np.round(100 * np.cumsum(count_distribution(rate, people)), 9) + 0.5).astype(int)
    return np.diff(reached, prepend=0)


def log_none(mean, dispersion_k):
    """Logarithm of the chance of no event under a negative binomial, exact where the chance is too small for a computer.

    In: mean and size k (numbers or arrays); a small k bunches the events in few people, an infinite one is the Poisson.

    By hand: minus the mean under Poisson, and ln(1/2) for mean 1 with k 1.

    >>> log_none(100, inf), round(float(log_none(1, 1)), 6)
    (-100.0, -0.693147)
    """
    mean = numbers("mean", mean, at_least=0)
    if endless(dispersion_k):
        return -mean
    size = numbers("dispersion_k", dispersion_k, above=0)
    return -size * np.log1p(mean / size)


def at_least_one_negative_binomial(mean, dispersion_k):
    """Share of people with at least one event: 1 - (1 + mean / k)^(-k) (Greenwood and Yule, 1920); in as above."""
    share = -np.expm1(log_none(mean, dispersion_k))
    return share if isinstance(share, np.ndarray) else float(share)


def mean_with_at_least_one(share, dispersion_k):
    """The mean number of events per person at which this share has at least one; k as above.

    By hand: one half needs a mean of ln 2 under Poisson, and of 1 with k 1.

    >>> round(mean_with_at_least_one(0.5, inf), 6), round(mean_with_at_least_one(0.5, 1), 6)
    (0.693147, 1.0)
    """
    share = number("share", share, at_least=0, below=1)
    if endless(dispersion_k):
        return -log1p(-share)
    return dispersion_k * expm1(-log1p(-share) / number("dispersion_k", dispersion_k, above=0))


def most_odds_can_rise(probability_under_luck):
    """The most a result can multiply the odds of an effect: 1 / its probability under luck (Bayes's theorem).

    Reached only if the effect always produced the result. Luck one time in four, at most fourfold.

    >>> most_odds_can_rise(0.25)
    4.0
    """
    return 1 / number("probability_under_luck", probability_under_luck, above=0, at_most=1)
