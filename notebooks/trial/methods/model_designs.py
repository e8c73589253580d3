"""Two other ways to raise a dose, for the same people in the same groups: BOIN and the CRM, exact over all outcomes.

Both aim at a target DLT rate; the 3+3 does not, and ends lower. BOIN (Liu and Yuan, 2015) compares the observed rate at
the present dose with two fixed limits; the CRM (O'Quigley, Pepe and Fisher, 1990) fits one curve to everyone treated.
Groups have a fixed size, and every sequence of group results is followed with its exact chance; only the CRM's
posterior is quadrature.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from math import comb, exp, log, sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression
from scipy.special import betaincc

from trial.methods.escalation import _rates, operating_characteristics
from trial.methods.intervals import number, whole_number

PRIOR_VARIANCE = 1.34  # of the exponent of the CRM, before anyone was treated
SAME = 1e-9  # two distances from the target closer than this are a tie
NODES, REACH = np.polynomial.legendre.leggauss(96), 9.0
FEW = 100  # people up to whom the panels of the prior resolve the posterior too


def indifference_skeleton(target, guess, doses, halfwidth):
    """First guesses of the DLT rates such that neighbouring doses part halfwidth to either side of the target.

    In: target rate, the dose guessed to have it (1 for the lowest), number of doses, halfwidth. Out: tuple of rates.
    Where the power curve has dose j at target - halfwidth it has dose j + 1 at target + halfwidth (Lee and Cheung,
    2009). The R package trialr prints this one for halfwidth 0.05 and target 0.3, the fifth of ten doses
    (dfcrm::getprior):
    """
    target = number("target", target, above=0, below=1)
    halfwidth = number("halfwidth", halfwidth, above=0, below=min(target, 1 - target))
    doses = whole_number("doses", doses, at_least=1)
    guess = whole_number("guess", guess, at_least=1, at_most=doses)
    step = log(target + halfwidth) / log(target - halfwidth)
    return tuple(exp(log(target) * step ** (dose - guess)) for dose in range(1, doses + 1))


def _log_likelihood(logs, people, dlts):
    """Logarithm of the chance of these DLTs as a function of b; a dose without people adds nothing."""
    dlts, spared = np.array(dlts), np.array(people) - np.array(dlts)

    def log_likelihood(b):
        powers = np.exp(b)[:, None] * logs
        return powers @ dlts + np.log(-np.expm1(powers)) @ spared

    return log_likelihood


@lru_cache(maxsize=4096)
def power_posterior(skeleton, variance, people, dlts, limits):
    """Posterior of the power curve: rate at dose j = skeleton_j ^ exp(b), b normal with mean 0 and this variance.

    In: tuples: skeleton (rates above 0 and below 1), people and DLTs per dose, a limit for the rate at each dose or
    none. Out: mean of b, tuple of the mean rates per dose, tuple of P(rate at dose j > its limit) per limit.
    Gauss-Legendre quadrature between the points where a rate crosses its limit, so that no panel has a kink.
    """
    logs, reach = np.log(skeleton), REACH * sqrt(variance)
    crossings = [log(log(limit) / one) for limit, one in zip(limits, logs, strict=False)]
    log_likelihood = _log_likelihood(logs, people, dlts)
    edges = [-reach, -reach / 3, *crossings, reach / 3, reach]
    if sum(people) > FEW:  # the more people, the narrower the posterior: more panels where it is
        grid = np.linspace(-reach, reach, 2001)
        high = log_likelihood(grid) - grid**2 / (2 * variance)
        near = grid[high > high.max() - 45]
        edges += np.linspace(near[0] - 0.01 * reach, near[-1] + 0.01 * reach, 5).tolist()
    edges = np.unique(np.clip(edges, -reach, reach))
    half = np.diff(edges) / 2
    b = (edges[:-1] + half + NODES[0][:, None] * half).T.ravel()
    rates, logarithm = np.exp(np.exp(b)[:, None] * logs), log_likelihood(b) - b**2 / (2 * variance)
    weight = (half[:, None] * NODES[1]).ravel() * np.exp(logarithm - logarithm.max())
    weight /= weight.sum()
    above = tuple(min(1.0, float(weight[b < crossing].sum())) for crossing in crossings)
    return float(weight @ b), tuple((weight @ rates).tolist()), above


@dataclass(frozen=True)
class Boin:
    """Bayesian optimal interval design (Liu and Yuan, 2015), as in the R package BOIN without its optional rules.

    Up where the observed rate is at most lower_limit, down where it is at least upper_limit, else the same dose again.
    A dose with three or more people is out, with all above it, once P(rate > target) exceeds certainty under a uniform
    prior; without the lowest dose the trial ends. In the end: the dose tried, and not out, whose rate (isotonic
    regression of (DLTs + 0.05) / (people + 0.1), weighted by the inverse variance) is nearest the target. Of equal
    rates the highest dose if they are below the target, the lowest if above; of two equally far to either side the
    lower.

    In: target (share), certainty (share), and the multiples of the target that are too little and too much.
    """

    target: float
    certainty: float
    too_little: float
    too_much: float
    lower_limit: float = field(init=False)
    upper_limit: float = field(init=False)

    def __post_init__(self):
        target = number("target", self.target, above=0, below=1)
        number("certainty", self.certainty, above=0, below=1)
        low = target * number("too_little", self.too_little, above=0, below=1)
        high = target * number("too_much", self.too_much, above=1, below=1 / target)
        for name, small, large in (("lower_limit", low, target), ("upper_limit", target, high)):
            odds_ratio = large * (1 - small) / (small * (1 - large))
            object.__setattr__(self, name, log((1 - small) / (1 - large)) / log(odds_ratio))

    def _allowed(self, people, dlts):
        """Number of doses, from the lowest, that are not out."""
        for dose, (treated, harmed) in enumerate(zip(people, dlts, strict=True)):
            if treated >= 3 and betaincc(harmed + 1, treated - harmed + 1, self.target) > self.certainty:
                return dose
        return len(people)

    def next_dose(self, dose, people, dlts):
        """The dose of the next group (from 1), or 0 where the trial ends without a dose; the same where nobody has it yet."""
        allowed = self._allowed(people, dlts)
        if not allowed or not people[dose - 1]:
            return min(dose, allowed)
        rate = dlts[dose - 1] / people[dose - 1]
        if rate <= self.lower_limit:
            return max(min(dose + 1, allowed), 1)
        return max(dose - 1, 1) if rate >= self.upper_limit else dose

    def recommended(self, people, dlts):
        """The dose named at the end (from 1), or 0 for none."""
        tried = [dose for dose in range(self._allowed(people, dlts)) if people[dose]]
        if not tried:
            return 0
        treated, harmed = np.array(people)[tried] + 0.1, np.array(dlts)[tried] + 0.05
        rate = harmed / treated
        rates = isotonic_regression(rate, weights=(treated + 1) / (rate * (1 - rate))).x
        return 1 + min(zip(tried, rates, strict=True), key=lambda pair: self._rank(*pair))[0]

    def _rank(self, dose, rate):
        below = rate < self.target - SAME
        # rounded so that equal distances tie; of one below and one above the target the lower dose is the one below
        return round(abs(rate - self.target) / SAME), not below, -dose if below else dose


@dataclass(frozen=True)
class Crm:
    """Continual reassessment method with the power curve, rate at dose j = skeleton_j ^ exp(b) (O'Quigley, 1990).

    b is normal with mean 0 and prior_variance. Next, and in the end, comes the dose whose curve at the posterior mean
    of b is nearest the target (of two equally near the lower). The trial ends without a dose where P(rate at the
    lowest dose > limit) exceeds certainty. With skipping any dose may come next or be named in the end; without it a
    group is given at most the dose after the present one, and only a dose that was tried is named.
    """

    target: float
    skeleton: tuple
    prior_variance: float
    limit: float
    certainty: float
    skipping: bool

    def __post_init__(self):
        number("target", self.target, above=0, below=1)
        guesses = _rates(self.skeleton)
        if guesses != tuple(sorted(set(guesses))) or not 0 < guesses[0] <= guesses[-1] < 1:
            raise ValueError(f"skeleton is {guesses}, but must be rates above 0 and below 1 that rise with the dose.")
        object.__setattr__(self, "skeleton", guesses)
        number("prior_variance", self.prior_variance, above=0)
        number("limit", self.limit, above=0, below=1)
        number("certainty", self.certainty, above=0, below=1)

    def _nearest(self, people, dlts):
        """The distance from the target at each dose, or None where the lowest dose is too toxic."""
        b, _, (above,) = power_posterior(self.skeleton, self.prior_variance, people, dlts, (self.limit,))
        return None if above > self.certainty else np.abs(np.power(self.skeleton, exp(b)) - self.target)

    def next_dose(self, dose, people, dlts):
        """The dose of the next group (from 1), or 0 where the trial ends without a dose."""
        distance = self._nearest(people, dlts)
        if distance is None:
            return 0
        return 1 + int(np.argmin(distance if self.skipping else distance[: dose + 1]))

    def recommended(self, people, dlts):
        """The dose named at the end (from 1), or 0 for none."""
        distance = self._nearest(people, dlts)
        if distance is None:
            return 0
        return 1 + int(np.argmin(distance if self.skipping else np.where(people, distance, np.inf)))


class ModelDesignCharacteristics(NamedTuple):
    """What such a design does under given true rates, exactly: p_mtd (0 none, 1 to n the dose named), people, DLTs."""

    p_mtd: np.ndarray
    expected_patients: float
    expected_dlts: float


def design_characteristics(design, rates, group_sizes):
    """Exact operating characteristics of BOIN or the CRM over every sequence of group results.

    In: Boin or Crm, true DLT rates (lowest dose first), people in each group in turn (up to 20 groups of up to 20). Out:
    ModelDesignCharacteristics. All groups are treated unless the design ends without a dose.
    """
    rates = _rates(rates)
    if isinstance(design, Crm) and len(design.skeleton) != len(rates):
        raise ValueError(f"the skeleton has {len(design.skeleton)} doses, but there are {len(rates)}.")
    sizes = tuple(whole_number("people in a group", size, at_least=1, at_most=20) for size in group_sizes)
    whole_number("the number of groups", len(sizes), at_least=1, at_most=20)
    people, dlts, ways, named = _ends(design, len(rates), sizes)
    chance = ways * np.prod(np.power(rates, dlts) * np.power(1 - np.array(rates), people - dlts), axis=1)
    p_mtd = np.bincount(named, weights=chance, minlength=len(rates) + 1)
    return ModelDesignCharacteristics(p_mtd, *(float(chance @ counts.sum(axis=1)) for counts in (people, dlts)))


@lru_cache(maxsize=128)
def _states(design, doses, sizes):
    """Where a trial can stand after these groups: {(dose of the next group, 0 where it has ended, people, DLTs): ways}.

    No decision asks for the true rates, so the ways serve for all of them, and a longer trial goes on from a shorter.
    """
    if not sizes:
        return {(1, (0,) * doses, (0,) * doses): 1}
    found = {}
    for state, ways in _states(design, doses, sizes[:-1]).items():
        dose, people, dlts = state
        if not dose:
            found[state] = found.get(state, 0) + ways
            continue
        treated = _with(people, dose, sizes[-1])
        for harmed in range(sizes[-1] + 1):
            counted = _with(dlts, dose, harmed)
            following = design.next_dose(dose, treated, counted), treated, counted
            found[following] = found.get(following, 0) + ways * comb(sizes[-1], harmed)
    return found


def _with(counts, dose, more):
    return (*counts[: dose - 1], counts[dose - 1] + more, *counts[dose:])


@lru_cache(maxsize=128)
def _ends(design, doses, sizes):
    """People and DLTs per dose at every end, the ways to it, and the dose it names, as arrays."""
    states = _states(design, doses, sizes)
    people, dlts = (np.array([state[place] for state in states]) for place in (1, 2))
    named = [design.recommended(*state[1:]) for state in states]
    return people, dlts, np.array(list(states.values()), dtype=float), np.array(named)


def designs_compared_here(target, doses):
    """BOIN with its published defaults and the CRM without skipping, as compared in this report.

    The skeleton (indifference, halfwidth 0.05, one dose below the top guessed to be right), the prior variance 1.34
    and the stopping rule P(rate at the lowest dose > 0.35) > 0.9 are assumed; nothing of the kind was planned in the
    trial.
    """
    doses = whole_number("doses", doses, at_least=1, at_most=12)
    skeleton = indifference_skeleton(target, max(doses - 1, 1), doses, 0.05)
    return {
        "BOIN": Boin(target, 0.95, 0.6, 1.4),
        "CRM": Crm(target, skeleton, PRIOR_VARIANCE, 0.35, 0.9, skipping=False),
    }


def right_dose(rates, target):
    """The highest dose whose true DLT rate is at most the target (0 for none), and whether no other dose has its rate."""
    rates, target = _rates(rates), number("target", target, above=0, below=1)
    right = max((dose for dose, rate in enumerate(rates, 1) if rate <= target), default=0)
    return right, right == 0 or rates.count(rates[right - 1]) == 1


def compared_designs(curves, target, group_sizes, reading):
    """How often each design names the right dose at a target DLT rate, and too high a one.

    In: curve name to true DLT rates, target, people in each group of BOIN and the CRM in turn, reading of the 3+3, which
    takes as many people as its rule asks. Out: table with one row a curve and design: curve, design, right_dose (highest
    with a true rate at most the target, 0 if none), right_is_unique, p_right, p_too_high (a dose above it), p_too_low,
    expected_patients. A 3+3 that passes the top dose counts as naming it. The 3+3 aims at rates below 0.3, so "right" at
    such a target favours the other two.
    """
    rows = []
    for name, given in curves.items():
        rates = _rates(given)
        right, unique = right_dose(rates, target)
        found = {"3+3": operating_characteristics(rates, reading)}
        for design, rule in designs_compared_here(target, len(rates)).items():
            found[design] = design_characteristics(rule, rates, group_sizes)
        for design, one in found.items():
            low, here, high = (float(part.sum()) for part in np.split(one.p_mtd, [right, right + 1]))
            rows.append((name, design, right, unique, here, high, low, one.expected_patients))
    columns = ["curve", "design", "right_dose", "right_is_unique", "p_right", "p_too_high", "p_too_low"]
    return pd.DataFrame(rows, columns=[*columns, "expected_patients"])
