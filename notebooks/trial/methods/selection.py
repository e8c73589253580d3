"""Two doses side by side: how often the better one is picked, and how often the picked one harms."""

from math import ceil, sqrt
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr
from scipy.stats import binom

from trial.methods.intervals import number, whole_number


class Pick(NamedTuple):
    """Chance to pick the higher dose, rate of harm at the dose picked and difference prevented by it, both on average."""

    higher: float
    harm: float
    prevented: float


def pick(people, prevented, sd, harm, margin):
    """What comes of picking the dose that prevents more, unless more people were harmed on it than `margin` allows.

    In: people at each of two doses; for the lower and the higher dose what is truly prevented (one unit with sd) and the
    true rate of harm; the difference of observed rates of harm from which on the other dose is picked. Benefit is normal,
    harm binomial and independent of it. Out: Pick, exact over all counts of harm.

    Alike in both, by symmetry one half; far ahead and no harm, the higher:

    >>> pick(20, (1, 1), 1, (0.1, 0.1), 0.1).higher, round(pick(20, (0, 9), 1, (0, 0), 0.1).higher, 9)
    (0.5, 1.0)
    """
    people, sd = whole_number("people", people, at_least=1), number("sd", sd, above=0)
    low, high = (number("prevented", each) for each in prevented)
    rates = [number("harm", rate, at_least=0, at_most=1) for rate in harm]
    need = ceil(number("margin", margin, above=0, at_most=1) * people - 1e-9)
    ahead = float(ndtr((high - low) / (sd * sqrt(2 / people))))
    counts = np.arange(people + 1)
    # so many more are harmed on the higher dose than on the lower one, and the other way round
    too_many, too_few = (
        float(binom.pmf(counts, people, first) @ binom.sf(counts + need - 1, people, second))
        for first, second in (rates, rates[::-1])
    )
    higher = min(1.0, ahead * (1 - too_many) + (1 - ahead) * too_few)
    return Pick(higher, *(a + higher * (b - a) for a, b in (rates, (low, high))))
