"""BOIN and the CRM against printed tables, scipy's quadrature and a plain walk over all outcome paths."""

from dataclasses import replace
from math import comb, exp, inf, isclose, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from tests.inputs import refused
from tests.test_escalation import EXACT, NAMED
from trial.methods import model_designs as md
from trial.methods.escalation import operating_characteristics

few = settings(derandomize=True, database=None, deadline=None, max_examples=8)
BOIN = md.Boin(target=0.3, certainty=0.95, too_little=0.6, too_much=1.4)
CRM = md.designs_compared_here(0.3, 4)["CRM"]
FREE = replace(CRM, skipping=True)
SKELETON = (0.05, 0.1, 0.25, 0.4, 0.6)
PUBLISHED = md.Crm(target=0.25, skeleton=SKELETON, prior_variance=1.34, limit=0.35, certainty=0.9, skipping=True)
rates_of_two_or_four = st.sampled_from([2, 4]).flatmap(lambda n: st.lists(st.floats(0, 1), min_size=n, max_size=n))


# Published values


@pytest.mark.parametrize(
    ("truth", "digits", "selected", "people"),
    [
        (SKELETON, 6, [0.000127, 0.019866, 0.227135, 0.451791, 0.273014, 0.028066], 11.99887),
        (
            (0.45, 0.6, 0.68, 0.75, 0.81),
            7,
            [0.3027462, 0.6407708, 0.0502073, 0.0055527, 0.0006931, 0.0000299],
            10.73269,
        ),
    ],
)
def test_crm_paths(truth, digits, selected, people):
    """Brock (2025), R package escalation, vignette on dose paths: every printed digit."""
    found = md.design_characteristics(PUBLISHED, truth, [3] * 4)
    assert found.p_mtd.round(digits).tolist() == selected
    assert round(found.expected_patients, 5) == people
    assert digits == 7 or round(found.expected_dlts, 6) == 2.705489


def test_skeleton():
    """Brock, R package trialr, vignette A300: dfcrm::getprior(0.05, 0.3, 5, 10); defined by Lee and Cheung (2009)."""
    printed = [0.03, 0.06, 0.12, 0.20, 0.30, 0.40, 0.50, 0.59, 0.67, 0.74]
    assert [round(rate, 2) for rate in md.indifference_skeleton(0.3, 5, 10, 0.05)] == printed
    low, guess, high = md.indifference_skeleton(0.3, 2, 3, 0.05)
    for below, above in ((low, guess), (guess, high)):
        power = np.log(0.25) / np.log(below)
        assert above**power == pytest.approx(0.35, abs=EXACT)
    assert guess == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("people", "up", "down", "out"),
    [(3, 0, 2, 3), (6, 1, 3, 4), (9, 2, 4, 5), (12, 2, 5, 7), (15, 3, 6, 8), (18, 4, 7, 9), (21, 4, 8, 10),
     (24, 5, 9, 11), (27, 6, 10, 12), (30, 7, 11, 14)],
)  # fmt: skip
def test_boin_limits(people, up, down, out):
    """Liu and Yuan (2015), as printed by get.boundary(0.3, ncohort = 10, cohortsize = 3) of the R package BOIN."""
    assert (round(BOIN.lower_limit, 7), round(BOIN.upper_limit, 7)) == (0.2364907, 0.3585195)
    following = {harmed: BOIN.next_dose(2, (3, people, 0), (0, harmed, 0)) for harmed in range(people + 1)}
    assert following == {n: 3 if n <= up else 1 if n >= down else 2 for n in following}
    alone = {harmed: BOIN.next_dose(1, (people,), (harmed,)) for harmed in range(people + 1)}
    assert alone == {n: 0 if n >= out else 1 for n in alone}


@pytest.mark.parametrize(
    ("people", "dlts", "dose"),
    [
        ((3, 3, 15, 9, 0), (0, 0, 4, 4, 0), 3),  # 4.05/15.1 = 0.27 is nearer to 0.3 than 4.05/9.1 = 0.45
        ((3, 3, 3, 3), (0, 0, 0, 0), 4),  # equal below the target: the highest
        ((3, 3, 0, 0), (1, 1, 0, 0), 1),  # 1.05/3.1 = 0.34, equal above the target: the lowest
        ((3, 3, 3, 0), (0, 3, 0, 0), 1),  # all three harmed: dose 2 is out, and dose 3 with it
        ((3, 3, 3, 3), (1, 0, 0, 3), 3),  # 0.34, 0.02, 0.02 pooled stay below 0.3
        # (0.661 x 18.3 + 0.016 x 258.4) / 276.7 = 0.06 at doses 2 and 3; equal weights would give 0.34, and dose 2
        ((3, 3, 3), (0, 2, 0), 3),
        ((3, 0, 0, 0), (3, 0, 0, 0), 0),
    ],
)
def test_boin_choice_by_hand(people, dlts, dose):
    """R package BOIN, select.mtd: its example first; ties as its manual states them."""
    assert BOIN.recommended(people, dlts) == dose


@pytest.mark.parametrize(
    ("design", "dose", "people", "dlts", "following"),
    [
        (BOIN, 1, (3, 3, 0), (0, 3, 0), 1),  # dose 2 is out
        (BOIN, 2, (3, 3, 0), (0, 3, 0), 1),
        (BOIN, 1, (3, 0, 0), (2, 0, 0), 1),  # there is none below
        (BOIN, 3, (3, 3, 3), (0, 0, 0), 3),  # nor above
        (BOIN, 2, (3, 0), (3, 0), 0),
        (BOIN, 1, (0, 0), (0, 0), 1),  # nobody treated there yet
        (BOIN, 2, (3, 0), (0, 0), 2),
        (CRM, 1, (3, 0, 0, 0), (0, 0, 0, 0), 2),  # one step
        (FREE, 1, (3, 0, 0, 0), (0, 0, 0, 0), 4),
        (CRM, 1, (6, 0, 0, 0), (6, 0, 0, 0), 0),
    ],
)
def test_the_dose_of_the_next_group(design, dose, people, dlts, following):
    assert design.next_dose(dose, people, dlts) == following


def test_a_dose_is_named_that_was_tried_unless_doses_may_be_skipped():
    assert CRM.recommended((3, 3, 0, 0), (0, 0, 0, 0)) == 2 and FREE.recommended((3, 3, 0, 0), (0, 0, 0, 0)) == 4
    assert CRM.recommended((6, 0, 0, 0), (6, 0, 0, 0)) == 0


# Against other computations


@few
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=3), st.floats(0.2, 3))
def test_power_posterior_against_scipy(data, variance):
    people, dlts = (tuple(max(pair) for pair in data), tuple(min(pair) for pair in data))
    skeleton, limits = (0.1, 0.3, 0.5), (0.35, 0.2, 0.5)

    def kernel(b):
        rates = [guess ** exp(b) for guess in skeleton]
        chance = prod(p**t * (1 - p) ** (n - t) for p, n, t in zip(rates, people, dlts, strict=True))
        return chance * exp(-(b**2) / (2 * variance))

    def integral(f, low=-8.0, high=8.0):
        edge = min(high, 9 * variance**0.5)
        points = [point for point in np.linspace(-4, 4, 9) if low < point < edge]
        return quad(f, max(low, -9 * variance**0.5), edge, points=points, epsabs=1e-14, epsrel=1e-12, limit=400)[0]

    whole = integral(kernel, -inf, inf)
    b, means, above = md.power_posterior(skeleton, variance, people, dlts, limits)
    assert isclose(b, integral(lambda b: b * kernel(b), -inf, inf) / whole, abs_tol=1e-8)
    for guess, mean, limit, share in zip(skeleton, means, limits, above, strict=True):
        cut = np.log(np.log(limit) / np.log(guess))
        weighted = integral(lambda b, guess=guess: guess ** exp(b) * kernel(b), -inf, inf)
        assert isclose(mean, weighted / whole, abs_tol=1e-8)
        assert isclose(share, integral(kernel, -inf, cut) / whole, abs_tol=1e-8)


def courses(design, rates, sizes, dose=1, people=(), dlts=()):
    """Every course of a trial, group by group and merging none: chance, dose named, people and DLTs per dose."""
    people, dlts = people or (0,) * len(rates), dlts or (0,) * len(rates)
    if not sizes or not dose:
        yield 1.0, design.recommended(people, dlts), people, dlts
        return
    size, at = sizes[0], dose - 1
    for harmed in range(size + 1):
        chance = comb(size, harmed) * rates[at] ** harmed * (1 - rates[at]) ** (size - harmed)
        treated, counted = list(people), list(dlts)
        treated[at], counted[at] = people[at] + size, dlts[at] + harmed
        following = design.next_dose(dose, tuple(treated), tuple(counted)) if sizes[1:] else 0
        for share, *end in courses(design, rates, sizes[1:], following, tuple(treated), tuple(counted)):
            yield chance * share, *end


@few
@given(
    rates_of_two_or_four, st.sampled_from(["BOIN", "CRM"]), st.sampled_from([[3] * 4, [3] * 5, [3, 3, 4, 5], [5, 7]])
)
def test_characteristics_against_all_outcome_paths(rates, name, sizes):
    design = md.designs_compared_here(0.3, len(rates))[name]
    found, p_mtd, means = md.design_characteristics(design, rates, sizes), np.zeros(len(rates) + 1), np.zeros(2)
    for chance, named, people, dlts in courses(design, rates, sizes):
        p_mtd[named] += chance
        means += chance * np.array([sum(people), sum(dlts)])
    assert sum(found.p_mtd) == pytest.approx(1, abs=EXACT) and found.p_mtd == pytest.approx(p_mtd, abs=EXACT)
    assert found[1:] == pytest.approx(means, abs=12 * EXACT)


# The trial and the comparison


@pytest.mark.parametrize("design", [BOIN, CRM, FREE])
def test_without_harm_the_trial_ends_at_the_top(design):
    """As the 3+3 did."""
    found = md.design_characteristics(design, [0] * 4, [3] * 4)
    assert found.p_mtd[4] == 1 and found.expected_patients == 12


def test_right_dose():
    assert {name: md.right_dose(rates, 0.3) for name, rates in NAMED.items()} == {
        "flat_2": (4, False), "flat_10": (4, False), "rising": (4, True), "steep": (2, True), "toxic": (1, True),
    }  # fmt: skip
    assert md.right_dose([0.3, 0.31], 0.3) == (1, True) and md.right_dose([0.5, 0.5], 0.3) == (0, True)


def test_compared_designs():
    table = md.compared_designs(NAMED, 0.3, [3] * 4, "K")
    assert len(table) == 15
    assert (abs(table[["p_right", "p_too_high", "p_too_low"]].sum(axis=1) - 1) < EXACT).all()
    row = table.query("curve == 'steep' and design == 'BOIN'").iloc[0]
    found = md.design_characteristics(BOIN, NAMED["steep"], [3] * 4)
    assert row.p_right == found.p_mtd[2] and row.p_too_high == found.p_mtd[3] + found.p_mtd[4]
    assert row.p_too_low == found.p_mtd[0] + found.p_mtd[1] and row.expected_patients == found.expected_patients
    rule = operating_characteristics(NAMED["steep"], "K")
    assert table.query("curve == 'steep' and design == '3+3'").p_right.item() == rule.p_mtd[2]
    none = md.compared_designs({"worse": [0.4, 0.5, 0.6, 0.7]}, 0.3, [3] * 4, "A")
    assert (none.right_dose == 0).all() and (none.p_too_low == 0).all()


# Bad input


test_impossible_input = refused(
    md,
    """
    Boin(1, 0.95, 0.6, 1.4) -> target is 1, but must be a number above 0 and below 1
    Boin(0.3, 1.1, 0.6, 1.4) -> certainty is 1.1
    Boin(0.3, 0.95, 1.0, 1.4) -> too_little is 1.0
    Boin(0.8, 0.95, 0.6, 1.4) -> too_much is 1.4, but must be a number above 1 and below 1.25
    Crm(0.3, (0.2, 0.1), 1.34, 0.35, 0.9, False) -> must be rates above 0 and below 1 that rise
    Crm(0.3, (0.0, 0.1), 1.34, 0.35, 0.9, False) -> must be rates above 0 and below 1 that rise
    Crm(0.3, (0.1, 1.0), 1.34, 0.35, 0.9, False) -> must be rates above 0 and below 1 that rise
    Crm(0.3, (0.1, 0.2), 0, 0.35, 0.9, False) -> prior_variance is 0
    Crm(0, (0.1, 0.2), 1.34, 0.35, 0.9, False) -> target is 0
    Crm(0.3, (0.1, 0.2), 1.34, 1, 0.9, False) -> limit is 1
    Crm(0.3, (0.1, 0.2), 1.34, 0.35, 1, False) -> certainty is 1
    design_characteristics(CRM, [0.1] * 3, [3] * 4) -> the skeleton has 4 doses, but there are 3
    design_characteristics(BOIN, [0.1, 2], [3] * 4) -> the DLT rate at dose 2 is 2
    design_characteristics(BOIN, [0.1], []) -> the number of groups is 0
    indifference_skeleton(0.3, 5, 4, 0.05) -> guess is 5, but must be a whole number from 1 to 4
    indifference_skeleton(0.3, 2, 4, 0.3) -> halfwidth is 0.3
    right_dose([0.1], 0) -> target is 0
    """,
    BOIN=BOIN,
    CRM=CRM,
)
