"""The difference of two shares of people: a quick interval by score, and an exact one that fixes no margin but the arms.

The difference is treated minus control.
"""

from math import pi

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln, xlog1py, xlogy
from scipy.stats import norm

from trial.methods.intervals import Interval, number, whole_number

GRID = 100  # shares on control that are tried for the worst case
DUST = 1e-9  # statistics closer than this are one value
MOST_TABLES = 40_000  # pairs of counts up to which all are counted out


def _checked(treated, people_treated, control, people_control, confidence):
    sizes = [whole_number("people", people, at_least=1) for people in (people_treated, people_control)]
    pairs = zip((treated, control), sizes, strict=True)
    counts = [whole_number("people with an event", count, at_most=people) for count, people in pairs]
    return *counts, *sizes, number("confidence", confidence, above=0, below=1)


def _control_share(first, n, second, m, difference):
    """The likeliest share on control, given the difference (Miettinen and Nurminen, 1985, appendix I). Arrays pass."""
    both = n + m
    square = ((n + 2 * m) * difference - both - first - second) / (3 * both)
    straight = (m * difference - both - 2 * second) * difference + first + second
    constant = second * difference * (1 - difference)
    q = square**3 - square * straight / (2 * both) + constant / (2 * both)
    p = np.where(q < 0, -1.0, 1.0) * np.sqrt(np.maximum(square**2 - straight / (3 * both), 0))
    ratio = np.divide(q, p**3, out=np.zeros_like(q), where=p != 0)
    angle = (pi + np.arccos(np.clip(ratio, -1, 1))) / 3
    return np.clip(2 * p * np.cos(angle) - square, max(0.0, -difference), min(1.0, 1 - difference))


def _score(first, n, second, m, difference):
    """How far two counts lie above a difference, in standard errors under it. Arrays pass."""
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    share = _control_share(first, n, second, m, difference)
    variance = (share + difference) * (1 - share - difference) / n + share * (1 - share) / m
    spread = np.sqrt(np.maximum(variance, 0) * (n + m) / (n + m - 1))
    apart = first / n - second / m - difference
    apart = np.where(abs(apart) < DUST, 0.0, apart)
    # where no spread is left only the difference itself fits
    sure = np.where(apart == 0, 0.0, np.copysign(np.inf, apart))
    return np.divide(apart, spread, out=sure, where=spread > DUST)


def _chances(people, shares):
    """Binomial chances of each count (across) at each share (down), by their logarithms."""
    counts = np.arange(people + 1.0)
    ways = gammaln(people + 1) - gammaln(counts + 1) - gammaln(people - counts + 1)
    shares = np.clip(shares, 0, 1)[:, None]
    return np.exp(ways + xlogy(counts, shares) + xlog1py(people - counts, -shares))


def miettinen_nurminen(treated, people_treated, control, people_control, confidence):
    """Score interval of a difference of shares, two-sided (Miettinen and Nurminen, 1985): an approximation.

    In: people with the event and people on treatment, the same on control, confidence. Out: Interval of the difference.
    """
    first, second, n, m, confidence = _checked(treated, people_treated, control, people_control, confidence)
    z, estimate = norm.isf((1 - confidence) / 2), first / n - second / m

    def apart(difference, side):
        return float(np.clip(_score(first, n, second, m, difference), -1e6, 1e6)) - side * z

    lower = -1.0 if apart(-1 + DUST, 1) <= 0 else brentq(apart, -1 + DUST, estimate, args=(1,), xtol=1e-10)
    upper = 1.0 if apart(1 - DUST, -1) >= 0 else brentq(apart, estimate, 1 - DUST, args=(-1,), xtol=1e-10)
    return Interval(estimate, lower, upper, confidence, "Miettinen-Nurminen", "two")


def tail(treated, people_treated, control, people_control, difference):
    """The largest chance, over all shares on control, of counts that speak as much for more than `difference`.

    Counts are put in order by their score. The share on control is tried at GRID places and again around the worst.
    """
    n, m = people_treated, people_control
    scores = _score(np.arange(n + 1.0)[:, None], n, np.arange(m + 1.0)[None, :], m, difference)
    as_far = (scores >= scores[treated, control] - DUST).astype(float)
    low, high = max(0.0, -difference), min(1.0, 1 - difference)
    for points in (GRID, 21):
        shares = np.linspace(low, high, points)
        chances = ((_chances(n, shares + difference) @ as_far) * _chances(m, shares)).sum(axis=1)
        worst, step = int(chances.argmax()), (high - low) / (points - 1)
        low, high = max(low, shares[worst] - step), min(high, shares[worst] + step)
    return float(chances.max())


def _lowest(first, n, second, m, confidence):
    """The lowest difference whose tail is not below its share, to four decimals: near the score interval, then by halves."""

    def fits(difference):
        return tail(first, n, second, m, difference) > (1 - confidence) / 2

    high, low, least = first / n - second / m, miettinen_nurminen(first, n, second, m, confidence).lower, 1e-4
    while fits(low):
        if low == -1:
            return low
        high, low = low, max(-1.0, low - 0.05)
    while high - low > least:
        middle = (low + high) / 2
        low, high = (low, middle) if fits(middle) else (middle, high)
    # a tail may dip and rise again
    further = [at for at in np.linspace(max(-1.0, low - 0.05), low, 6)[:-1] if fits(at)]
    return float(min([low, *further]))


def exact_difference(treated, people_treated, control, people_control, confidence):
    """Exact unconditional interval of a difference of shares, two-sided: two one-sided tails (Chan and Zhang, 1999).

    In: as in `miettinen_nurminen`; limits to four decimals; beyond MOST_TABLES pairs of counts that interval stands in,
    and is named. Whatever the share on control, each limit is wrong at most (1 - confidence) / 2 of the time.
    """
    first, second, n, m, confidence = _checked(treated, people_treated, control, people_control, confidence)
    if (n + 1) * (m + 1) > MOST_TABLES:
        return miettinen_nurminen(first, n, second, m, confidence)
    lower, upper = _lowest(first, n, second, m, confidence), -_lowest(second, m, first, n, confidence)
    return Interval(first / n - second / m, lower, upper, confidence, "exact unconditional", "two")
