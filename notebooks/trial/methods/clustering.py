"""Trends in event counts over ordered cohorts when people differ: some have many events, most have few.

Impossible input raises ValueError with one sentence that names the value and the limits.
"""

from math import gcd

import numpy as np
from scipy.optimize import brentq

from trial.methods.exact_tests import checked_sizes, exact_test
from trial.methods.intervals import endless, number, one_of, several, whole_number

MOST_EVENTS = 2_000  # beyond, the exact sums take minutes


def _events(count, at_least=0):
    return whole_number("events", count, at_least=at_least, at_most=MOST_EVENTS)


def _counted(counts, people_per_cohort):
    """Events and people per cohort as lists of the same length."""
    counts, people = several("events per cohort", counts), several("people per cohort", people_per_cohort)
    counts = [whole_number("events in a cohort", count) for count in counts]
    if len(counts) != len(people):
        raise ValueError(f"{len(counts)} counts stand beside {len(people)} cohorts, but each needs its people.")
    return counts, people


def rank_count_distribution(people_per_cohort, events):
    """Ways to get each value of sum(rank * count) when every event falls on any person alike: {value: ways}.

    Cohorts are weighed by their people over the greatest common divisor, so equal cohorts count once each.
    Two events over two equal cohorts, by hand: both in the first 2, one in each 3 (two ways), both in the second 4. With
    twice as many people in the second: 1, 2 x 2 and 2 x 2 ways.

    >>> rank_count_distribution([3, 3], 2), rank_count_distribution([2, 4], 2)
    ({2: 1, 3: 2, 4: 1}, {2: 1, 3: 4, 4: 4})
    """
    sizes = checked_sizes(several("people per cohort", people_per_cohort))
    whole_number("the number of cohorts", len(sizes), at_least=2)
    shares = [size // gcd(*sizes) for size in sizes]
    ways = [1]
    for _ in range(_events(events)):
        longer = [0] * (len(ways) + len(shares) - 1)
        for at, so_far in enumerate(ways):
            for rank, share in enumerate(shares):
                longer[at + rank] += so_far * share
        ways = longer
    return {events + step: count for step, count in enumerate(ways)}


def rank_count_test(counts, people_per_cohort, sides):
    """Exact test of a trend in event counts over ordered cohorts: sum(rank * count) under the multinomial.

    In: counts of events and people per cohort in order, sides ("lower": a statistic at least as low as seen).
    Out: ExactTest. Holds only if events strike one by one and independently; the score is Armitage's (1955).

    Two events, both in the first of two equal cohorts, by hand: one way of four; of one and two people: one of nine.

    >>> rank_count_test([2, 0], [3, 3], "lower").p_value, rank_count_test([2, 0], [1, 2], "lower").p_value
    (0.25, 0.1111111111111111)
    """
    counts, people = _counted(counts, people_per_cohort)
    whole_number("the number of events", sum(counts), at_least=1)
    observed = sum(rank * count for rank, count in enumerate(counts, start=1))
    distribution = rank_count_distribution(people, sum(counts))
    return exact_test(distribution, observed, 1, sides)


def _ways(events, size, tilt):
    """Negative binomial weights of 0, 1, ... events in one cohort, largest 1; `tilt` to the power of the count drops out
    of the chances given the total, and keeps the weights within a computer's range."""
    counts = np.arange(events)
    # factor by factor: differences of log gamma functions lose their digits where the size is large
    logarithms = np.append(0.0, np.cumsum(np.log(size + counts) + np.log(tilt) - np.log(counts + 1)))
    return np.exp(logarithms - logarithms.max())


def rank_count_chances(people_per_cohort, events, weight):
    """Chance of each value of sum(rank x count) when dose does nothing and people's rates vary by a gamma of this weight.

    In: people per cohort in order, events in all, weight above 0 (size k of the negative binomial; small k bunches the
    events in few people). Out: array indexed by the statistic, from 0 to cohorts x events. Exact: given the total, the
    cohorts' counts are Dirichlet-multinomial with weights k x people (Johnson, Kotz and Balakrishnan, 1997), summed by
    dynamic programming over the cohorts.

    Two events over two cohorts of one person and weight one, by hand: 0, 1 or 2 in the second, each one third.

    >>> rank_count_chances([1, 1], 2, 1).round(6)[2:].tolist()
    [0.333333, 0.333333, 0.333333]
    """
    sizes = several("people per cohort", people_per_cohort)
    sizes = [whole_number("people in a cohort", size, at_least=1, at_most=10**6) for size in sizes]
    whole_number("the number of cohorts", len(sizes), at_least=2)
    events, weight = _events(events, at_least=1), number("weight", weight, at_least=1e-9, at_most=1e300)
    ways = np.zeros((events + 1, len(sizes) * events + 1))  # events placed so far x statistic
    ways[0, 0] = 1
    for rank, size in enumerate(sizes, start=1):
        each = _ways(events, size * weight, events / (events + sum(sizes) * weight))
        following = np.zeros_like(ways)
        for count in range(events + 1):
            shift = rank * count
            following[count:, shift:] += each[count] * ways[: events + 1 - count, : ways.shape[1] - shift]
        ways = following / following.max()
    return ways[events] / ways[events].sum()


def rank_count_p(counts, people_per_cohort, weight, sides):
    """P-value of sum(rank x count) at least as low as seen ("lower"), or twice the smaller tail ("two"), given the total.

    In: events per cohort in order, people per cohort, weight (infinity: events fall one by one, the multinomial), sides.

    None in the second of two cohorts of one person, two events in all, weight one, by hand: one third, doubled.

    >>> round(rank_count_p([2, 0], [1, 1], 1, "lower"), 6), round(rank_count_p([2, 0], [1, 1], 1, "two"), 6)
    (0.333333, 0.666667)
    """
    one_of("sides", sides, ("lower", "two"))
    counts, people = _counted(counts, people_per_cohort)
    if endless(weight):
        return rank_count_test(counts, people, sides).p_value
    chances = rank_count_chances(people, sum(counts), weight)
    seen = sum(rank * count for rank, count in enumerate(counts, start=1))
    lower, upper = chances[: seen + 1].sum(), chances[seen:].sum()
    return float(lower if sides == "lower" else min(1.0, 2 * min(lower, upper)))


def weight_at_level(counts, people_per_cohort, alpha):
    """The weight at which the one-sided p-value of the falling trend passes alpha; None where it never does.

    Weights from 0.01 (nearly all events in one person) to 10,000 (nearly the multinomial) are searched.

    >>> weight_at_level([2, 0], [1, 1], 0.05) is None
    True
    """
    alpha = number("alpha", alpha, above=0, below=1)

    def excess(log_weight):
        return rank_count_p(counts, people_per_cohort, float(np.exp(log_weight)), "lower") - alpha

    low, high = np.log(0.01), np.log(10_000)
    if excess(low) <= 0 or excess(high) >= 0:
        return None
    return float(np.exp(brentq(excess, low, high, xtol=1e-10)))


def chance_steepest(counts, people_per_cohort, weight, panels):
    """Chance that the reported panel falls most steeply in a line-up of so many, the others drawn without a dose effect.

    Exact: every other panel must have a larger sum(rank x count); ties are not steepest.

    Two panels, the other one of the three equally likely ones above is less steep in two, by hand.

    >>> round(chance_steepest([2, 0], [1, 1], 1, 2), 6)
    0.666667
    """
    others = whole_number("panels", panels, at_least=2) - 1
    return (1 - rank_count_p(counts, people_per_cohort, weight, "lower")) ** others
