"""What a count of people, or of events, can say: named intervals, and what seeing nobody harmed leaves open.

No function has a default confidence level. Shares and rates are fractions (0.05 is five in a hundred). Impossible input
raises ValueError with one sentence that names the value and the limits.
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
    """The value as an int; ValueError unless it is a whole number within the limits.

    >>> whole_number("people", 12, at_least=1)
    12
    >>> whole_number("people with an event", 13, at_most=12)
    Traceback (most recent call last):
    ...
    ValueError: people with an event is 13, but must be a whole number from 0 to 12.
    """
    limits = f"from {at_least} to {at_most}" if at_most < inf else f"of at least {at_least}"
    try:
        is_whole = not isinstance(value, bool | np.bool_ | str) and value == int(value)
    except (TypeError, ValueError, OverflowError):
        is_whole = False
    if not is_whole or not at_least <= value <= at_most:
        raise ValueError(f"{name} is {value}, but must be a whole number {limits}.")
    return int(value)


def number(name, value, above=None, below=None, at_least=None, at_most=None):
    """The value as a float; ValueError unless it is a finite number within the limits.

    >>> number("confidence", 1.5, above=0, below=1)
    Traceback (most recent call last):
    ...
    ValueError: confidence is 1.5, but must be a number above 0 and below 1.
    """
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
    """The value; ValueError unless it is one of the choices.

    >>> one_of("sides", "both", SIDES)
    Traceback (most recent call last):
    ...
    ValueError: sides is 'both', but must be one of two, upper, lower.
    """
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


def _numbers(name, values, **limits):
    """One number as a float, several as an array, each checked."""
    if isinstance(values, Iterable) and not isinstance(values, str):
        return np.array([number(name, value, **limits) for value in values])
    return number(name, values, **limits)


def clopper_pearson(count, people, confidence, sides="two"):
    """Exact binomial interval: the shares that neither tail test rejects (Clopper and Pearson, 1934).

    In: people with the event, people, confidence, and "two" sides, or the "upper" or "lower" limit alone.
    Out: Interval of shares; the side not limited is 0 or 1.

    None of twelve, by hand: 1 - 0.025^(1/12) with two sides, 1 - 0.05^(1/12) with one.

    >>> round(clopper_pearson(0, 12, 0.95).upper, 6), round(clopper_pearson(0, 12, 0.95, sides="upper").upper, 6)
    (0.264648, 0.220922)
    """
    count, people, confidence = _checked(count, people, confidence)
    tail = (1 - confidence) / (2 if one_of("sides", sides, SIDES) == "two" else 1)
    lower = 0.0 if sides == "upper" or count == 0 else float(beta.ppf(tail, count, people - count + 1))
    upper = 1.0 if sides == "lower" or count == people else float(beta.isf(tail, count + 1, people - count))
    return Interval(count / people, lower, upper, confidence, "Clopper-Pearson", sides)


def wilson(count, people, confidence):
    """Score interval for a share, without continuity correction (Wilson, 1927).

    Newcombe (1998, table I) prints 0.0624 to 0.1605 for 15 of 148.

    >>> interval = wilson(15, 148, 0.95)
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (0.0624, 0.1605)
    """
    count, people, confidence = _checked(count, people, confidence)
    squared = norm.isf((1 - confidence) / 2) ** 2
    centre = (count + squared / 2) / (people + squared)
    half = sqrt(squared * (count * (people - count) / people + squared / 4)) / (people + squared)
    lower = 0.0 if count == 0 else float(centre - half)
    upper = 1.0 if count == people else float(centre + half)
    return Interval(count / people, lower, upper, confidence, "Wilson", "two")


def jeffreys(count, people, confidence, convention):
    """Equal-tailed interval of the posterior under the prior Beta(1/2, 1/2) (Brown, Cai and DasGupta, 2001).

    The convention says what happens where nobody or everybody had the event: "equal_tailed" keeps both limits of the
    posterior, "brown_cai_dasgupta" sets the lower limit to 0, or the upper to 1, and leaves the other as it is.

    One of two, by hand: the posterior Beta(3/2, 3/2) is symmetric about one half.

    >>> interval = jeffreys(1, 2, 0.9, "equal_tailed")
    >>> round(interval.lower + interval.upper, 12)
    1.0
    >>> jeffreys(0, 12, 0.95, "brown_cai_dasgupta").lower, jeffreys(0, 12, 0.95, "equal_tailed").lower > 0
    (0.0, True)
    """
    count, people, confidence = _checked(count, people, confidence)
    cut = one_of("convention", convention, ("equal_tailed", "brown_cai_dasgupta")) == "brown_cai_dasgupta"
    tail = (1 - confidence) / 2
    lower = 0.0 if cut and count == 0 else float(beta.ppf(tail, count + 0.5, people - count + 0.5))
    upper = 1.0 if cut and count == people else float(beta.isf(tail, count + 0.5, people - count + 0.5))
    name = "Jeffreys, ends at 0 and 1" if cut else "Jeffreys, equal-tailed"
    return Interval(count / people, lower, upper, confidence, name, "two")


def agresti_coull(count, people, confidence):
    """Plain normal interval about the centre of Wilson's (Agresti and Coull, 1998); a limit below 0 or above 1 is kept.

    One of two at 95%, by hand: centre 1/2, half width z sqrt(1/4 / (2 + z^2)) = 0.40547.

    >>> interval = agresti_coull(1, 2, 0.95)
    >>> round(interval.lower, 4), round(interval.upper, 4), agresti_coull(0, 12, 0.95).lower < 0
    (0.0945, 0.9055, True)
    """
    count, people, confidence = _checked(count, people, confidence)
    z = float(norm.isf((1 - confidence) / 2))
    centre = (count + z**2 / 2) / (people + z**2)
    half = z * sqrt(centre * (1 - centre) / (people + z**2))
    return Interval(count / people, centre - half, centre + half, confidence, "Agresti-Coull", "two")


def mid_p(count, people, confidence):
    """Binomial interval that counts half of what was seen in each tail (Lancaster, 1961).

    It does not hold its level everywhere: at 95% and with twelve people a share of 0.234 is covered 91.9 times in 100.
    Newcombe (1998, table I) prints 0.0601 to 0.1581 for 15 of 148; none of n has 1 - (1 - confidence)^(1/n) above it.

    >>> interval = mid_p(15, 148, 0.95)
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (0.0601, 0.1581)
    """
    count, people, confidence = _checked(count, people, confidence)
    tail = (1 - confidence) / 2

    def excess_below(share):
        return binom.cdf(count - 1, people, share) + binom.pmf(count, people, share) / 2 - tail

    def excess_above(share):
        return binom.sf(count, people, share) + binom.pmf(count, people, share) / 2 - tail

    if 0 < count < people:
        lower, upper = (brentq(excess, 0.0, 1.0, xtol=1e-15) for excess in (excess_above, excess_below))
    else:
        none = log1p(-confidence) / people
        lower, upper = (0.0, -expm1(none)) if count == 0 else (exp(none), 1.0)
    return Interval(count / people, float(lower), float(upper), confidence, "mid-P", "two")


def rule_of_three(people, confidence, convention="generalised"):
    """Quick upper limit for a share when nobody of so many had the event (Hanley and Lippman-Hand, 1983).

    "generalised" is -ln(1 - confidence) / people; "literal" is 3 / people, which belongs to 0.95 and is refused at any
    other confidence. For a handful of people either exceeds 1, and is left so.

    >>> rule_of_three(12, 0.95, "literal").upper, round(rule_of_three(12, 0.95).upper, 6)
    (0.25, 0.249644)
    """
    _, people, confidence = _checked(0, people, confidence)
    if one_of("convention", convention, ("generalised", "literal")) == "literal":
        if confidence != 0.95:
            raise ValueError(f"confidence is {confidence}, but the literal rule of three belongs to 0.95 alone.")
        return Interval(0.0, 0.0, 3 / people, confidence, "rule of three", "upper")
    return Interval(0.0, 0.0, -log1p(-confidence) / people, confidence, "rule of three, any confidence", "upper")


def beta_posterior(count, people, prior_a, prior_b, confidence):
    """Posterior mean and equal-tailed interval of a share under the prior Beta(prior_a, prior_b) (Bayes, 1763).

    None of twelve under the uniform prior, by hand: mean 1/14, upper limit 1 - 0.025^(1/13).

    >>> interval = beta_posterior(0, 12, 1, 1, 0.95)
    >>> round(interval.estimate * 14, 12), round((1 - interval.upper) ** 13, 12)
    (1.0, 0.025)
    """
    count, people, confidence = _checked(count, people, confidence)
    prior_a = number("prior_a", prior_a, above=0, at_most=1e9)
    prior_b = number("prior_b", prior_b, above=0, at_most=1e9)
    a, b, tail = prior_a + count, prior_b + people - count, (1 - confidence) / 2
    name = f"posterior, prior Beta({prior_a:g}, {prior_b:g})"
    return Interval(a / (a + b), float(beta.ppf(tail, a, b)), float(beta.isf(tail, a, b)), confidence, name, "two")


def poisson_overdispersed(events, exposure, dispersion, confidence, sides="two"):
    """Interval for a rate whose events vary `dispersion` times as much as a Poisson count (Fay and Feuer, 1997).

    Their gamma interval with one weight for all: exact if events come in bunches of `dispersion` and bunches at random;
    at dispersion 1 it is the exact Poisson interval. In: events, exposure (person-years), variance over mean (at least
    1), confidence, sides. Out: Interval of events per unit of exposure; the upper limit alone has lower 0, the lower
    limit alone has upper infinity.

    Forty events in bunches of four say as much as ten bunches, each worth four.

    >>> bunched, single = poisson_overdispersed(40, 10, 4, 0.95), poisson_exact(10, 10, 0.95)
    >>> round(bunched.lower / single.lower, 12), round(bunched.upper / single.upper, 12)
    (4.0, 4.0)
    """
    events, exposure = whole_number("events", events), number("exposure", exposure, above=0)
    dispersion = number("dispersion", dispersion, at_least=1, at_most=1e9)
    confidence = number("confidence", confidence, above=0, below=1)
    tail = (1 - confidence) / (2 if one_of("sides", sides, SIDES) == "two" else 1)
    bunches, scale = events / dispersion, dispersion / exposure
    lower = 0.0 if sides == "upper" or events == 0 else float(gamma.ppf(tail, bunches) * scale)
    upper = inf if sides == "lower" else float(gamma.isf(tail, bunches + 1) * scale)
    name = "exact Poisson" if dispersion == 1 else f"gamma, {dispersion:g} times the Poisson variance"
    return Interval(events / exposure, lower, upper, confidence, name, sides)


def poisson_exact(events, exposure, confidence, sides="two"):
    """Exact interval for a rate of events per unit of exposure (Garwood, 1936): his table has 4.80 to 18.39 for ten.

    >>> interval = poisson_exact(10, 1, 0.95)
    >>> round(interval.lower, 2), round(interval.upper, 2)
    (4.8, 18.39)
    """
    return poisson_overdispersed(events, exposure, 1, confidence, sides)


def interval_table(count, people, confidence):
    """All named intervals for one count: method, sides, lower, upper (shares); the rule of three where nobody had it.

    >>> interval_table(0, 12, 0.95).round(3).iloc[[0, 1, -1]]
                            method  sides  lower  upper
    0              Clopper-Pearson    two  0.000  0.265
    1              Clopper-Pearson  upper  0.000  0.221
    9  posterior, prior Beta(1, 1)    two  0.002  0.247
    """
    count, people, confidence = _checked(count, people, confidence)
    intervals = [
        clopper_pearson(count, people, confidence),
        clopper_pearson(count, people, confidence, sides="upper"),
        wilson(count, people, confidence),
        jeffreys(count, people, confidence, "equal_tailed"),
        jeffreys(count, people, confidence, "brown_cai_dasgupta"),
        agresti_coull(count, people, confidence),
        mid_p(count, people, confidence),
    ]
    if count == 0:
        intervals.append(rule_of_three(people, confidence))
        intervals += [rule_of_three(people, confidence, "literal")] if confidence == 0.95 else []
    intervals.append(beta_posterior(count, people, 1, 1, confidence))
    return pd.DataFrame(intervals)[["method", "sides", "lower", "upper"]]


def probability_none(rate, people):
    """Probability that none of so many people has the event: (1 - rate)^people, for one true rate or several.

    >>> round(probability_none(0.1, 12), 6)
    0.28243
    """
    people = whole_number("people", people, at_least=1)
    return (1 - _numbers("rate", rate, at_least=0, at_most=1)) ** people


def largest_rate_compatible_with_none(people, confidence):
    """Largest true rate at which none of so many still has probability 1 - confidence: the one-sided exact limit.

    Three people, by hand: 1 - 0.05^(1/3).

    >>> round(largest_rate_compatible_with_none(3, 0.95), 6), round(largest_rate_compatible_with_none(12, 0.95), 6)
    (0.631597, 0.220922)
    """
    _, people, confidence = _checked(0, people, confidence)
    return -expm1(log1p(-confidence) / people)


def people_to_exclude(rate, confidence, sides="upper"):
    """Fewest people without an event that exclude a rate: the smallest n with (1 - rate)^n at most 1 - confidence.

    By the two-sided exact interval (sides "two") it is half of that. Both numbers are taken as the decimals they are
    written as, so that an exact boundary counts as reached: with 0.1 and 0.19 two people do, since 0.9^2 is 0.81.

    >>> people_to_exclude(0.05, 0.95), people_to_exclude(0.01, 0.95), people_to_exclude(0.1, 0.19)
    (59, 299, 2)
    >>> people_to_exclude(0.05, 0.95, sides="two"), round(0.95**71, 4), round(0.95**72, 4)
    (72, 0.0262, 0.0249)
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
    """Probabilities that 0, 1, ..., people of so many have the event (binomial): an array of people + 1.

    >>> count_distribution(0.5, 2).round(12).tolist()
    [0.25, 0.5, 0.25]
    """
    people = whole_number("people", people, at_least=1, at_most=1_000_000)
    return binom.pmf(np.arange(people + 1), people, number("share", share, at_least=0, at_most=1))


def hundred_trials(rate, people):
    """Of a hundred imagined trials, how many see 0, 1, ..., people harmed: exact cumulative shares, each rounded.

    Whole numbers (array of people + 1) that add up to 100; those that see none agree with the share rounded by itself.

    One person and one in four, by hand: 75 of 100 see nobody harmed, 25 see one.

    >>> hundred_trials(0.25, 1).tolist(), hundred_trials(0.1, 12)[:3].tolist(), hundred_trials(0.02, 12)[:2].tolist()
    ([75, 25], [28, 38, 23], [78, 20])
    """
    # rounded first, so that a half that floating point missed by its last bit is a half
    reached = np.floor(np.round(100 * np.cumsum(count_distribution(rate, people)), 9) + 0.5).astype(int)
    return np.diff(reached, prepend=0)


def at_least_one_poisson(mean):
    """Share of people with at least one event where events are Poisson with this mean; one mean or several.

    Mean ln 2, by hand: one half.

    >>> round(at_least_one_poisson(0.6931471805599453), 12)
    0.5
    """
    share = -np.expm1(-_numbers("mean", mean, at_least=0))
    return share if isinstance(share, np.ndarray) else float(share)


def at_least_one_negative_binomial(mean, dispersion_k):
    """Share of people with at least one event under a negative binomial (Greenwood and Yule, 1920).

    In: mean (one or several) and size k; a small k bunches the events in few people, an infinite one is the Poisson.
    Out: 1 - (1 + mean / k)^(-k). Mean 1 and k 1, by hand: one half.

    >>> round(at_least_one_negative_binomial(1, 1), 12), round(at_least_one_negative_binomial(0.6931471805599453, inf), 12)
    (0.5, 0.5)
    """
    if endless(dispersion_k):
        return at_least_one_poisson(mean)
    size = number("dispersion_k", dispersion_k, above=0)
    share = -np.expm1(-size * np.log1p(_numbers("mean", mean, at_least=0) / size))
    return share if isinstance(share, np.ndarray) else float(share)


def log_none(mean, dispersion_k):
    """Logarithm of the chance of no event, exact where the chance itself is too small for a computer; k as above.

    By hand: minus the mean under Poisson, and ln(1/2) for mean 1 with k 1.

    >>> log_none(100, inf), round(log_none(1, 1), 6)
    (-100.0, -0.693147)
    """
    mean = number("mean", mean, at_least=0)
    if endless(dispersion_k):
        return -mean
    size = number("dispersion_k", dispersion_k, above=0)
    return -size * log1p(mean / size)


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
