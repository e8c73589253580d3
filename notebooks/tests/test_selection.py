"""Two doses side by side, by every count and by trials that were simulated."""

import numpy as np
import pytest
from scipy.stats import norm

from tests.inputs import refused
from trial.methods import selection


@pytest.mark.parametrize(
    ("prevented", "harm"), [((0.15, 0.29), (0.1, 0.25)), ((0.2, 0.2), (0.6, 0.3)), ((0.3, 0), (0, 1))]
)
def test_a_pick_is_that_of_trials_that_were_simulated(prevented, harm):
    people, sd, margin, draw = 30, 0.498, 0.1, np.random.default_rng(11)
    means = [draw.normal(each, sd / np.sqrt(people), 100_000) for each in prevented]
    low, high = (draw.binomial(people, rate, 100_000) for rate in harm)
    more = (high - low) / people
    picked = np.where(more >= margin - 1e-9, False, np.where(more <= -margin + 1e-9, True, means[1] > means[0]))
    found = selection.pick(people, prevented, sd, harm, margin)
    assert found.higher == pytest.approx(picked.mean(), abs=0.006)  # four standard errors
    assert found.harm == pytest.approx(harm[0] + (harm[1] - harm[0]) * found.higher)
    assert found.prevented == pytest.approx(np.where(picked, prevented[1], prevented[0]).mean(), abs=0.002)


def test_a_pick_among_many_people_takes_no_table_of_all_pairs():
    """20,000 against 20,000 took more memory than there is; with so many the means are as good as known."""
    found = selection.pick(20_000, (0.1, 0.2), 0.5, (0.1, 0.19), 0.1)
    more = norm.sf((0.1 - 0.09) / np.sqrt((0.1 * 0.9 + 0.19 * 0.81) / 20_000))
    assert found.higher == pytest.approx(1 - more, abs=1e-4)


test_impossible_input = refused(
    selection,
    """
    pick(0, (0, 1), 1, (0, 0), 0.1) -> people is 0
    pick(9, (0, 1), 1, (0, 2), 0.1) -> harm is 2
    pick(9, (0, 1), 1, (0, 1), 0) -> margin is 0
    """,
)
