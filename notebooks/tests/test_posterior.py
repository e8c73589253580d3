"""Beliefs after nobody was harmed, against closed forms, order statistics and seeded sampling."""

from math import isclose

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom

from tests.inputs import refused
from trial.methods import posterior as po

few = settings(derandomize=True, database=None, deadline=None, max_examples=30)
LIMIT, PEOPLE = 1 / 3, [3, 3, 3, 3]
TABLE = po.beliefs_after_no_harm(PEOPLE, LIMIT).set_index(["prior", "dose"])
limits = st.floats(0.001, 0.99)


@few
@given(limits, st.floats(0.1, 20), st.floats(0.1, 20))
def test_one_step_is_a_beta(limit, remaining, risen):
    assert isclose(po.steps_above(limit, [remaining], [risen]), beta.sf(limit, risen, remaining), abs_tol=1e-9)


@few
@given(limits, st.floats(0.1, 5), st.lists(st.floats(0.1, 3), min_size=2, max_size=6))
def test_steps_that_join_to_one_beta(limit, left, risen):
    """Beta(a + b, c) times Beta(a, b) is Beta(a, b + c): the Dirichlet's own marginal."""
    remaining = left + np.cumsum(risen[::-1])[::-1] - risen
    assert isclose(po.steps_above(limit, remaining, risen), beta.sf(limit, sum(risen), left), abs_tol=1e-9)


@few
@given(limits, st.lists(st.just(3), min_size=4, max_size=4) | st.lists(st.just(0), min_size=2, max_size=2))
def test_ordered_uniforms_are_order_statistics(limit, people):
    """Equal numbers, no harm: the doses are sorted draws from Beta(1, 1 + n); dose j above: at most j - 1 below."""
    found = po.beliefs_after_no_harm(people, limit).query("prior == 'ordered uniforms'")
    for stage, n in (("prior", 0), ("posterior", people[0])):
        below = beta.cdf(limit, 1, 1 + n)
        expected = binom.cdf(np.arange(len(people)), len(people), below)
        assert found[f"{stage}_above"].tolist() == pytest.approx(expected.tolist(), abs=1e-9)


def test_implied_priors():
    """Beta(j, n - j + 1) for ordered uniforms; Beta(j/n, 1 + (n - j)/n) where the top dose is uniform."""
    for dose in range(1, 5):
        ordered = TABLE.loc["ordered uniforms", dose]
        rising = TABLE.loc["rising, top dose uniform", dose]
        for row, first, second in ((ordered, dose, 5 - dose), (rising, dose / 4, 2 - dose / 4)):
            assert isclose(row.prior_above, beta.sf(LIMIT, first, second), abs_tol=1e-9)
            assert isclose(row.prior_mean, first / (first + second), abs_tol=1e-12)
    assert isclose(TABLE.loc["ordered uniforms", 4].prior_above, 80 / 81, abs_tol=1e-9)
    assert isclose(TABLE.loc["rising, top dose uniform", 4].prior_above, 2 / 3, abs_tol=1e-9)


@pytest.mark.parametrize("people", [PEOPLE, [5, 7], [3, 3, 4, 5]])
def test_each_dose_by_itself(people):
    table = po.beliefs_after_no_harm(people, LIMIT).set_index(["prior", "dose"])
    for name, weight in (("uniform, each dose by itself", 1), ("Jeffreys, each dose by itself", 0.5)):
        for dose, size in enumerate(people, start=1):
            row = table.loc[name, dose]
            assert isclose(row.posterior_above, beta.sf(LIMIT, weight, weight + size), abs_tol=1e-12)
            assert isclose(row.posterior_mean, weight / (2 * weight + size), abs_tol=1e-12)
            assert isclose(row.prior_above, beta.sf(LIMIT, weight, weight), abs_tol=1e-12) and row.prior_mean == 0.5


def test_no_people_leave_the_prior():
    table = po.beliefs_after_no_harm([0, 0, 0], 0.2)
    assert table.posterior_above.tolist() == pytest.approx(table.prior_above.tolist(), abs=1e-9)
    assert table.posterior_mean.tolist() == pytest.approx(table.prior_mean.tolist(), abs=1e-9)


@pytest.mark.parametrize(
    ("prior", "increments"), [("ordered uniforms", [1] * 5), ("rising, top dose uniform", [0.25] * 4 + [1])]
)
def test_ordered_priors_against_sampling(prior, increments):
    """Draws from the prior weighted by the chance of no harm among 3, 6, 1 and 3 people; four standard errors."""
    people, draws = [3, 6, 1, 3], 200_000
    rates = np.cumsum(np.random.default_rng(2023).dirichlet(increments, draws)[:, :-1], axis=1)
    weight = np.prod((1 - np.minimum(rates, 1)) ** people, axis=1)
    found = po.beliefs_after_no_harm(people, LIMIT).query("prior == @prior")
    for dose, row in enumerate(found.itertuples()):
        for drawn, value in ((rates[:, dose] > LIMIT, row.posterior_above), (rates[:, dose], row.posterior_mean)):
            mean = np.average(drawn, weights=weight)
            error = np.sqrt(np.average((drawn - mean) ** 2, weights=weight**2) * (weight**2).sum()) / weight.sum()
            assert abs(mean - value) < 4 * error + 1e-6


def test_ordered_priors_rise_and_data_lower():
    for prior, rows in TABLE.groupby(level=0):
        assert (rows.posterior_above < rows.prior_above).all() and (rows.posterior_mean < rows.prior_mean).all()
        if rows.ordered.all():
            assert rows.posterior_above.is_monotonic_increasing and rows.prior_mean.is_monotonic_increasing, prior


test_impossible_input = refused(
    po,
    """
    beliefs_after_no_harm([], 0.3) -> the number of doses is 0
    beliefs_after_no_harm([3, -1], 0.3) -> people at a dose is -1
    beliefs_after_no_harm([3, 1.5], 0.3) -> people at a dose is 1.5
    beliefs_after_no_harm([3], 1) -> limit is 1, but must be a number above 0 and below 1
    steps_above(0.3, [1], [1, 2]) -> there are 1 and 2 beta parameters
    steps_above(0.3, [0], [1]) -> beta parameter is 0, but must be a number above 0
    """,
)


@pytest.mark.parametrize(("people", "dlts"), [(300, 90), (3000, 900), (3000, 0), (3000, 3000)])
def test_the_curve_after_thousands_of_people_against_a_fine_grid(people, dlts):
    skeleton = (0.2, 0.3, 0.4)
    mean, rates, above = po.power_posterior(skeleton, 1.34, (people,) * 3, (dlts,) * 3, (0.3,) * 3)
    b = np.linspace(-10.4, 10.4, 200_001)
    powers = np.exp(b)[:, None] * np.log(skeleton)
    logs = dlts * powers.sum(axis=1) + (people - dlts) * np.log(-np.expm1(powers)).sum(axis=1) - b**2 / 2.68
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    assert mean == pytest.approx(weight @ b, abs=1e-6)
    assert rates == pytest.approx(weight @ np.exp(powers), abs=1e-7)
    assert above == pytest.approx([weight[each > np.log(0.3)].sum() for each in powers.T], abs=2e-3)
