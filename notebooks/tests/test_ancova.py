"""Analysis of covariance: against another library, by hand where the baseline drops out, and refusals in words."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.formula.api import ols

from tests.inputs import refused
from trial.methods import ancova


@pytest.mark.parametrize("seed", range(5))
def test_as_another_library_has_it(seed):
    generator = np.random.default_rng(seed)
    people = pd.DataFrame({"arm": generator.choice(["a", "b", "c"], 40), "base": generator.normal(100, 15, 40)})
    people["change"] = 0.3 * people.base + (people.arm == "b") * 5 + generator.normal(0, 6, 40)
    fit = ols("change ~ C(arm, Treatment('a')) + base", people).fit()
    made = ancova.ancova(people.change, people.base, people.arm, "a", 0.9)
    for arm, found in made.items():
        name = f"C(arm, Treatment('a'))[T.{arm}]"
        assert found.interval.estimate == pytest.approx(fit.params[name])
        assert [found.interval.lower, found.interval.upper] == pytest.approx(fit.conf_int(0.1).loc[name].tolist())
        assert found.p_value == pytest.approx(fit.pvalues[name])
        assert (found.people, found.people_control) == ((people.arm == arm).sum(), (people.arm == "a").sum())


def test_a_baseline_that_is_the_same_in_everyone_drops_out():
    first, second = [1.0, 2.5, 3.0], [4.0, 4.5, 7.0, 9.0]
    made = ancova.ancova(first + second, [5] * 7, ["c"] * 3 + ["t"] * 4, "c", 0.95)["t"]
    test = stats.ttest_ind(second, first)
    assert made.p_value == pytest.approx(test.pvalue)
    assert made.interval.lower == pytest.approx(test.confidence_interval().low)


test_what_cannot_be_compared_says_why = refused(
    ancova,
    """
    ancova([1, 2], [1, 2], ["c", "c"], "c", 0.95) -> nothing to compare
    ancova([1, 2], [1, 2], ["t", "t"], "c", 0.95) -> nothing to compare
    ancova([1, 2, 3], [1, 2, 4], ["c", "t", "t"], "c", 0.95) -> too few people
    ancova([1, 1, 2, 2], [3, 3, 3, 3], ["c", "c", "t", "t"], "c", 0.95) -> no spread
    ancova([1, 2, 3, 5], [0, 0, 1, 1], ["c", "c", "t", "t"], "c", 0.95) -> too few people
    ancova([1, nan, 3], [1, 2, 4], ["c", "t", "t"], "c", 0.95) -> missing
    """,
)
