"""Power of the tests that a handful of people can have: of the test that is named, never of a normal formula.

People vary on a bell curve with standard deviation 1; effects are given in such units. Tests are two-sided at alpha
(exact ones: twice the smaller tail).
"""

from functools import lru_cache
from itertools import combinations
from math import ceil, floor, log2, sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri
from scipy.stats import binom, chi2, ncx2, norm, qmc, t

from trial.methods.exact_tests import (
    ARRANGEMENT_LIMIT,
    arrangements,
    checked_sizes,
    jonckheere_distribution,
    jonckheere_statistics,
)
from trial.methods.intervals import number, one_of, whole_number
from trial.methods.planning import noncentral_t

SHARED, NODES = 9.0, 1201  # reach in SDs and points of the sum over what molecules share
STEP, REACH = 0.025, 8.0  # of the integration over sizes of changes: error below 0.00002
SETS = 8  # independent sets of points; their spread says how well a mean over all is known
LARGEST_CHANGE = 100.0  # SDs; what needs more no test of these people can find


def most_extreme(ways, alpha):
    """How many of so many equally likely arrangements, from one end, have a two-sided p of at most alpha (as printed).

    Three against nine at 5%, by hand: 2 x 5 of 220 is 0.045, 2 x 6 is 0.055.

    >>> most_extreme(220, 0.05)
    5
    """
    return floor(number("alpha", alpha, above=0, below=1) / 2 * ways * (1 + 1e-9))


def t_tail(limit, freedom, shifts, rest):
    """Chances that t exceeds a limit where its mean is shifted and its spread holds more than chance (doubly noncentral).

    In: limit, degrees of freedom, array of noncentralities of the mean, noncentrality of the sum of squares (above 0). Out:
    array; integral over the sum of squares (Johnson, Kotz and Balakrishnan, 1995, chapter 31).

    Hardly any rest, by Student's table: 2.5% beyond 2.228 at ten degrees.

    >>> t_tail(2.228, 10, np.array([0.0]), 1e-9).round(4).tolist()
    [0.025]
    """
    nodes, weights = np.polynomial.legendre.leggauss(60)
    # over the square root, in which the density is smooth at 0 and narrow about its mean
    mean, reach = sqrt(freedom + rest), 9.0
    low, high = max(mean - reach, 0.0), mean + reach
    roots = (high - low) / 2 * nodes + (high + low) / 2
    density = np.nan_to_num(ncx2.pdf(roots**2, freedom, rest)) * 2 * roots * weights * (high - low) / 2
    return ndtr(np.asarray(shifts)[:, None] - limit * roots / sqrt(freedom)) @ density


# Two samples a person


def power_paired_t(people, change, alpha):
    """Chance that the paired t test finds a mean rise of so many SDs of the change (noncentral t; Owen, 1965)."""
    people = whole_number("people", people, at_least=2)
    shift, alpha = number("change", change) * sqrt(people), number("alpha", alpha, above=0, below=1)
    return noncentral_t(shift, people - 1, alpha).in_favour


def power_signed_rank(people, change, alpha):
    """Chance that the exact signed-rank test finds a mean rise of so many SDs of the change, changes on a bell curve.

    In order of size, each further change is a rise and adds its rank, or a fall and adds none: all orders are
    integrated numerically (Runge-Kutta over sizes).
    """
    people, change = whole_number("people", people, at_least=1), number("change", change)
    sums = np.arange(people * (people + 1) // 2 + 1)
    ways = np.zeros(len(sums))
    ways[0] = 1
    for rank in range(1, people + 1):
        ways[rank:] += ways[:-rank].copy()
    tail = ways[::-1].cumsum()[::-1]
    reached = sums[tail <= most_extreme(2**people, alpha)]
    return float(_rank_sums(people, change)[reached].sum())


def _rank_sums(people, change):
    """Chances of each rank sum of the rises of so many people."""
    placed, sums = np.ogrid[0 : people + 1, 0 : people * (people + 1) // 2 + 1]
    left = np.where(placed, people - placed + 1, 0)  # who could have been placed last
    before, lower = np.maximum(placed - 1, 0), np.maximum(sums - placed, 0)
    rose, fell = left * (sums >= placed), left + 0 * sums
    sizes = np.arange(0, abs(change) + REACH, STEP / 2)
    rises, falls = norm.pdf(sizes - change), norm.pdf(sizes + change)

    def growth(chances, at):
        return rises[at] * rose * chances[before, lower] + falls[at] * fell * chances[before, sums]

    chances = np.zeros((people + 1, sums.shape[1]))
    chances[0, 0] = 1
    for at in range(0, len(sizes) - 2, 2):
        first = growth(chances, at)
        second = growth(chances + STEP / 2 * first, at + 1)
        third = growth(chances + STEP / 2 * second, at + 1)
        last = growth(chances + STEP * third, at + 2)
        chances = chances + STEP / 6 * (first + 2 * second + 2 * third + last)
    return chances[people] / chances[people].sum()


PAIRED = {"t test": power_paired_t, "signed rank": power_signed_rank}


def change_found(test, people, alpha, power):
    """Mean rise, in SDs of the change, that a paired test (of PAIRED) finds with this power; nan where it never does.

    Owen's tables of the t test (1965) give 0.89 for twelve people at 5% and 80%.
    """
    chance = PAIRED[one_of("test", test, tuple(PAIRED))]
    power = number("power", power, above=alpha, below=1)
    most = 1.0
    while chance(people, most, alpha) < power:
        most *= 2
        if most > LARGEST_CHANGE:
            return float("nan")
    return float(brentq(lambda change: chance(people, change, alpha) - power, 0, most, xtol=1e-6))


# Many molecules at once


@lru_cache(maxsize=16)
def _found_given_shared(alpha, correlation, people):
    """Chance of a t test to find a rise given what the molecules share: chances and weights, one a shared mean and spread."""
    freedom, pull = people - 1, correlation / (1 - correlation)
    shared = np.linspace(-SHARED, SHARED, NODES)
    weights = np.exp(-(shared**2) / 2)
    nodes, halves = np.polynomial.legendre.leggauss(16)
    spreads = chi2.ppf((nodes + 1) / 2, freedom)
    found = [t_tail(t.isf(alpha / 2, freedom), freedom, sqrt(pull) * shared, pull * spread) for spread in spreads]
    return np.array(found), np.outer(halves / 2, weights / weights.sum())


def chance_of_false_increases(n_analytes, alpha, correlation, at_least, people):
    """Chance that at least so many analytes are found increased by two-sided t tests at alpha when none changes.

    In: number of analytes, alpha, equicorrelation of the changes (bell curves) in [0, 1), a count, people measured twice.
    Out: probability; the binomial where the correlation is 0, else averaged over the mean and spread of what the changes of
    one molecule share with all others (Gupta, 1963, for t instead of normal statistics).

    By hand: 1 - 0.975^2 if independent; two at 0.5 with 5% each, many people, are both above their limit in 1.2 of 100.

    >>> round(chance_of_false_increases(2, 0.05, 0, 1, 12), 6), round(chance_of_false_increases(2, 0.1, 0.5, 2, 10_000), 4)
    (0.049375, 0.0122)
    """
    n, people = whole_number("n_analytes", n_analytes, at_least=1), whole_number("people", people, at_least=2)
    k, alpha = whole_number("at_least", at_least), number("alpha", alpha, above=0, below=1)
    correlation = number("correlation", correlation, at_least=0, below=1)
    if correlation == 0:
        return float(binom.sf(k - 1, n, alpha / 2))
    found, weights = _found_given_shared(alpha, correlation, people)
    return float((weights * binom.sf(k - 1, n, found)).sum())


# The highest dose against all others, and the order of doses

WORLDS = {
    "top": "only the highest dose works",
    "dose": "each higher dose works better, the lowest not at all",
    "steps": "each dose works in equal steps, the lowest too",
}
TESTS = {"permutation": "highest dose against the rest", "slope": "slope", "jonckheere": "Jonckheere-Terpstra"}


class Estimate(NamedTuple):
    """A number, and the standard error of its integration over random points (0 where it is exact)."""

    value: float
    error: float


def shares_of_effect(world, doses):
    """Share of the effect each dose has. "top": only the last; "dose": linear in the logarithm of the dose, none at the
    first; "steps": equal steps from none at all to the last, so that the first has one.

    By hand: doses that double stand at equal steps.

    >>> shares_of_effect("top", [1, 2, 4]).tolist(), shares_of_effect("dose", [1, 2, 4]).tolist()
    ([0.0, 0.0, 1.0], [0.0, 0.5, 1.0])
    >>> shares_of_effect("steps", [1, 2, 4, 8]).tolist()
    [0.25, 0.5, 0.75, 1.0]
    """
    one_of("world", world, tuple(WORLDS))
    if len(doses) < 2 or sorted(doses) != list(doses) or doses[0] <= 0 or doses[0] == doses[-1]:
        raise ValueError(f"The doses are {list(doses)}, but they must be two or more, above 0 and rising.")
    if world == "top":
        return np.array([0.0] * (len(doses) - 1) + [1.0])
    if world == "steps":
        return np.arange(1, len(doses) + 1) / len(doses)
    return np.log(np.array(doses) / doses[0]) / np.log(doses[-1] / doses[0])


def power_slope(people_per_dose, scores, means, alpha):
    """Chance that the t test of the slope on the scores of the doses reaches alpha, in either direction.

    In: people, score and mean (SDs between people) of each dose. Out: noncentral t; where the means do not lie on a line,
    averaged over the noncentral chi-squared rest (Johnson, Kotz and Balakrishnan, 1995, chapter 31).
    """
    people, alpha = np.array(checked_sizes(people_per_dose)), number("alpha", alpha, above=0, below=1)
    freedom = whole_number("people", int(people.sum()), at_least=3) - 2
    means = np.asarray(means, dtype=float) - np.average(means, weights=people)
    scores = np.asarray(scores, dtype=float) - np.average(scores, weights=people)
    spread = number("the spread of the scores", people @ scores**2, above=0)
    shift = people @ (scores * means) / sqrt(spread)
    rest = max(people @ means**2 - shift**2, 0.0)
    if rest < 1e-9:
        return noncentral_t(shift, freedom, alpha).either_way
    return float(sum(t_tail(t.isf(alpha / 2, freedom), freedom, np.array([shift, -shift]), rest)))


def _not_later(places, people):
    """How many choices of as many places stand nowhere later than each of these choices (rising, from 0), itself included.

    Places 0 and 2, by hand: themselves, or 0 and 1.

    >>> _not_later(np.array([[0, 2]]), 9).tolist()
    [2.0]
    """
    ways = np.zeros((len(places), people + 1))
    ways[:, 0] = 1
    for latest in places.T:
        following = np.cumsum(ways[:, :-1], axis=1) * (np.arange(people) <= latest[:, None])
        ways = np.pad(following, ((0, 0), (1, 0)))
    return ways.sum(axis=1)


@lru_cache(maxsize=16)
def _dealings(last, rest, most):
    """Other ways to choose so many people, as weights: a choice equals the seen one where the difference is this.

    The last dose stands in rising order, all others in falling order: a choice that as many as `most` others must exceed is
    none of the `most` highest differences, and is left out.
    """
    whole_number("the number of arrangements", arrangements([last, rest]), at_most=ARRANGEMENT_LIMIT)
    weights = []
    for swapped in range(1, min(last, rest) + 1):
        out, into = (np.array(list(combinations(range(people), swapped))) for people in (last, rest))
        for row, column in np.argwhere(np.outer(_not_later(out, last), _not_later(into, rest)) <= most):
            chosen = np.zeros(last + rest)
            chosen[out[row]], chosen[last + into[column]] = -1 / swapped, 1 / swapped
            weights.append(chosen)
    return np.transpose(weights)


def _ends_of_means(last, rest, sizes, alpha):
    groups = (last.shape[1], rest.shape[1])
    most = most_extreme(arrangements(groups), alpha)
    if not most:
        return np.full(len(last), -np.inf), np.full(len(last), np.inf)
    last, rest, weights = np.sort(last, axis=1), np.sort(rest, axis=1), _dealings(*groups, most)
    ends = (np.hstack(pair) @ weights for pair in ((last, rest[:, ::-1]), (-last[:, ::-1], -rest)))
    upper, lower = (np.partition(equal, -most, axis=1)[:, -most] for equal in ends)
    return -lower, upper


def _ends_of_ranks(last, rest, sizes, alpha):
    ways = np.cumsum([float(some) for some in jonckheere_distribution(sizes).values()])
    low = np.searchsorted(ways, most_extreme(ways[-1], alpha), side="right") - 1  # the largest J that passes below
    among = jonckheere_statistics(rest, sizes[:-1]).astype(int)
    equal = np.sort((rest[:, None, :] - last[:, :, None]).reshape(len(rest), -1), axis=1)
    equal = np.pad(equal, ((0, 0), (1, 1)), constant_values=(-np.inf, np.inf))
    pairs, highest = equal.shape[1] - 2, len(ways) - 1
    row = np.arange(len(rest))
    lower = equal[row, np.clip(low - among + 1, 0, pairs + 1)]
    return lower, equal[row, np.clip(highest - low - among, 0, pairs + 1)]


ENDS = {"permutation": _ends_of_means, "jonckheere": _ends_of_ranks}


@lru_cache(maxsize=2)
def _sets_of_people(people, points, seed):
    """SETS sets of people on the standard bell curve, each a scrambled Sobol sequence, at least half as long as `points`."""
    generator = np.random.default_rng(whole_number("seed", seed, at_least=0))
    size = max(1, ceil(log2(whole_number("points", points, at_least=1))) - 1)
    drawn = (qmc.Sobol(people, scramble=True, rng=generator).random_base2(size) for _ in range(SETS))
    return [ndtri(some.clip(1e-12, 1 - 1e-12)) for some in drawn]


def _ends(test, people, sizes, means, alpha):
    """The differences, last dose less all others, up to which and from which the test passes, one a row of people."""
    rest = people[:, : -sizes[-1]] + np.repeat(means[:-1], sizes[:-1])
    last = people[:, -sizes[-1] :]
    return ENDS[test](last - last.mean(axis=1)[:, None], rest - rest.mean(axis=1)[:, None], sizes, alpha)


def _estimate(values):
    return Estimate(float(np.mean(values)), float(np.std(values, ddof=1) / sqrt(len(values))))


def power_over_effects(test, people_per_dose, shares, effects, alpha, points, seed):
    """Chance of an exact test (of ENDS) to reach alpha in either direction, for each effect of the highest dose.

    In: people and share of the effect of each dose, in order; effects in SDs between people; points, and the seed they are
    scrambled with. Out: Estimates. Given how people differ within the last dose and among all others, the test passes from
    one difference of means on; that difference is integrated exactly, the rest averaged over points.
    """
    sizes = checked_sizes(people_per_dose)
    error, others = sqrt(1 / sizes[-1] + 1 / sum(sizes[:-1])), np.array(sizes[:-1]) / sum(sizes[:-1])
    found, same = [], not np.any(shares[:-1])
    for people in _sets_of_people(sum(sizes), points, seed):
        chances, ends = [], None
        for effect in effects:
            means = number("the effect", effect) * np.asarray(shares)
            if ends is None or not same:
                ends = _ends(test, people, sizes, means, alpha)
            ahead = means[-1] - others @ means[:-1]
            chances.append(np.mean(ndtr((ends[0] - ahead) / error) + ndtr((ahead - ends[1]) / error)))
        found.append(chances)
    return [_estimate(values) for values in np.transpose(found)]


def power_of_tests(people_per_dose, doses, effects, alpha, points, seed, worlds=tuple(WORLDS)):
    """Each test of TESTS in each world, over effects of the highest dose in SDs between people: a row each of world,
    standardised (the effect), test, power and error (standard error). The slope is on the logarithm of the dose, and exact.
    """
    rows = []
    for world in worlds:
        shares = shares_of_effect(world, doses)
        powers = {
            test: power_over_effects(test, people_per_dose, shares, effects, alpha, points, seed) for test in ENDS
        }
        slope = [power_slope(people_per_dose, np.log(doses), effect * shares, alpha) for effect in effects]
        powers["slope"] = [Estimate(power, 0.0) for power in slope]
        rows += [(world, effect, test, *powers[test][at]) for at, effect in enumerate(effects) for test in TESTS]
    return pd.DataFrame(rows, columns=["world", "standardised", "test", "power", "error"])


def overstatement(people_per_dose, effect, alpha, points, seed):
    """Power, type M and type S error of the highest dose against all others, when it alone works (Gelman and Carlin, 2014).

    In: people per dose, effect in SDs between people (above 0), level of the exact permutation test, points, seed. Out:
    mapping of Estimates: power, type_m (mean |estimate| / truth of the trials that reach alpha), type_s (share of these with
    the wrong sign); nan where none reaches alpha.
    """
    return overstatements(people_per_dose, [effect], alpha, points, seed)[0]


def overstatements(people_per_dose, effects, alpha, points, seed):
    """The same for several effects at the price of one: how people differ, and so where the test passes, is the same for all."""
    sizes, found = checked_sizes(people_per_dose), []
    error, nothing = sqrt(1 / sizes[-1] + 1 / sum(sizes[:-1])), np.zeros(len(sizes))
    for people in _sets_of_people(sum(sizes), points, seed):
        ends = _ends("permutation", people, sizes, nothing, alpha)
        found.append([_overstated(ends, number("the effect", effect, above=0), error) for effect in effects])
    names = ("power", "type_m", "type_s")
    return [dict(zip(names, map(_estimate, each), strict=True)) for each in np.transpose(found, (1, 2, 0))]


def _bell(values):
    """The standard bell curve: norm.pdf, which takes four times as long."""
    return np.exp(-(values**2) / 2) / np.sqrt(2 * np.pi)


def _overstated(ends, effect, error):
    below, above = ((end - effect) / error for end in ends)
    wrong, right = ndtr(below).mean(), ndtr(-above).mean()
    size = effect * (right - wrong) + error * (_bell(above) + _bell(below)).mean()
    reached = right + wrong
    return (reached, size / effect / reached, wrong / reached) if reached else (0.0, np.nan, np.nan)


def chance_some_dose_passes(people_per_dose, alpha):
    """Chance without effect that a dose picked for looking best passes in favour against all others: at most this.

    The sum over doses of the arrangements that pass. It is that chance itself while no two doses can pass at once, which
    two of one size cannot as long as fewer than half of the ways to deal their people anew pass (three and three: 10).
    """
    sizes = checked_sizes(people_per_dose)
    ways = [arrangements([size, sum(sizes) - size]) for size in sizes]
    return min(1.0, sum(most_extreme(many, alpha) / many for many in ways))
