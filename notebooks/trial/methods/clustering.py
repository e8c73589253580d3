"""Trends in event counts over ordered cohorts when people differ: some have many events, most have few."""

import numpy as np
from scipy.optimize import brentq

from trial.methods.intervals import endless, number, one_of, several, whole_number

MOST_EVENTS = 2_000  # beyond, the exact sums take minutes


def _counted(counts, people_per_cohort):
    """Events and people per cohort as lists of the same length."""
    counts, people = several("events per cohort", counts), several("people per cohort", people_per_cohort)
    counts = [whole_number("events in a cohort", count) for count in counts]
    if len(counts) != len(people):
        raise ValueError(f"{len(counts)} counts stand beside {len(people)} cohorts, but each needs its people.")
    return counts, people


def rank_count_chances(people_per_cohort, events, weight):
    """Chance of each value of sum(rank x count) when dose does nothing and people's rates vary by a gamma of this weight.

    In: people per cohort in order, events in all, weight above 0 (size k of the negative binomial; small k bunches the
    events in few people; infinity: events fall one by one). Out: array indexed by the statistic, from 0 to cohorts x
    events. Exact: given the total, the cohorts' counts are Dirichlet-multinomial with weights k x people, multinomial at
    infinity (Johnson, Kotz and Balakrishnan, 1997), summed by dynamic programming over the cohorts.
    """
    sizes = several("people per cohort", people_per_cohort)
    sizes = [whole_number("people in a cohort", size, at_least=1, at_most=10**6) for size in sizes]
    whole_number("the number of cohorts", len(sizes), at_least=2)
    events = whole_number("events", events, at_least=1, at_most=MOST_EVENTS)
    if not endless(weight):
        weight = number("weight", weight, at_least=1e-9, at_most=1e300)
    counts, ways = np.arange(events), np.zeros((events + 1, len(sizes) * events + 1))  # events so far x statistic
    ways[0, 0] = 1
    for rank, size in enumerate(sizes, start=1):
        # negative binomial weights of 0, 1, ... events, at infinity Poisson: factor by factor, for differences of log gamma
        # functions lose their digits; the power of the total drops out of the chances and keeps them in a computer's range
        factors = np.log(size * events / sum(sizes) if endless(weight) else size * weight + counts) - np.log(counts + 1)
        factors += 0 if endless(weight) else np.log(events / (events + sum(sizes) * weight))
        logarithms = np.append(0.0, np.cumsum(factors))
        each, following = np.exp(logarithms - logarithms.max()), np.zeros_like(ways)
        for count in range(events + 1):
            shift = rank * count
            following[count:, shift:] += each[count] * ways[: events + 1 - count, : ways.shape[1] - shift]
        ways = following / following.max()
    return ways[events] / ways[events].sum()


def rank_count_p(counts, people_per_cohort, weight, sides):
    """P-value of sum(rank x count) at least as low as seen ("lower"), or twice the smaller tail ("two"), given the total.

    In: events per cohort in order, people per cohort, weight (infinity: events fall one by one, the multinomial), sides.
    The score is Armitage's (1955).
    """
    one_of("sides", sides, ("lower", "two"))
    counts, people = _counted(counts, people_per_cohort)
    chances = rank_count_chances(people, sum(counts), weight)
    seen = sum(rank * count for rank, count in enumerate(counts, start=1))
    lower, upper = chances[: seen + 1].sum(), chances[seen:].sum()
    return float(lower if sides == "lower" else min(1.0, 2 * min(lower, upper)))


def weight_at_level(counts, people_per_cohort, alpha):
    """The weight at which the one-sided p-value of the falling trend passes alpha; None where it never does.

    Weights from 0.01 (nearly all events in one person) to 10,000 (nearly the multinomial) are searched.
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
    """
    others = whole_number("panels", panels, at_least=2) - 1
    return (1 - rank_count_p(counts, people_per_cohort, weight, "lower")) ** others
