"""Cells left out: small tables by hand, and random ones against a road of its own."""

import numpy as np
import pytest
from scipy.optimize import linprog

from trial.methods import suppression


def table(generator, rows, columns, most):
    """A two-way table with its margins: values, sums, and the cells that are small."""
    inner = generator.poisson(most, (rows, columns))
    whole = np.vstack([np.hstack([inner, inner.sum(1, keepdims=True)]), np.append(inner.sum(0), inner.sum())])
    values = {(r, c): int(whole[r, c]) for r in range(rows + 1) for c in range(columns + 1)}
    sums = [{(r, c): 1 if c < columns else -1 for c in range(columns + 1)} for r in range(rows + 1)]
    sums += [{(r, c): 1 if r < rows else -1 for r in range(rows + 1)} for c in range(columns + 1)]
    return values, sums


def reach(values, sums, hidden, cell):
    """How far a hidden cell can move: all cells as variables, those shown held at their value."""
    order = list(values)
    matrix = [[terms.get(other, 0) for other in order] for terms in sums]
    bounds = [(0, None) if other in hidden else (values[other],) * 2 for other in order]
    ends = []
    for side in (1, -1):
        found = linprog([side * (other == cell) for other in order], A_eq=matrix, b_eq=[0] * len(sums), bounds=bounds)
        ends.append(np.inf if found.status == 3 else side * found.fun)
    return ends[1] - ends[0]


def test_a_cell_on_no_ring_of_hidden_cells_follows():
    values, sums = table(np.random.default_rng(1), 2, 2, 30)
    values |= {(0, 0): 2, (0, 2): 2 + values[0, 1], (2, 0): 2 + values[1, 0]}
    values[2, 2] = values[2, 0] + values[2, 1]
    for others, follows in [(set(), True), ({(0, 1)}, True), ({(0, 1), (1, 0)}, True), ({(0, 1), (1, 0), (1, 1)}, False)]:  # fmt: skip
        found = suppression.following(values, sums, [(0, 0), *others], [(0, 0)])
        assert (list(found) == [(0, 0)]) is follows


@pytest.mark.parametrize("seed", range(40))
def test_no_small_cell_of_a_random_table_follows(seed):
    generator = np.random.default_rng(seed)
    values, sums = table(generator, int(generator.integers(2, 5)), int(generator.integers(2, 4)), 6)
    small = {cell for cell, value in values.items() if 0 < value < 5}
    hidden = suppression.suppressed(values, sums, small)
    assert small <= hidden
    for cell in small:
        assert reach(values, sums, hidden, cell) >= 1 - 1e-6, cell
    if small and len(hidden) > len(small):
        assert any(reach(values, sums, small, cell) < 1 for cell in small), "nothing more is left out than it takes"


def test_what_is_never_shown_may_not_follow_either_and_what_is_always_known_stays():
    values = {"any": 11, "none": 1, "people": 12}
    sums = [{"any": 1, "none": 1, "people": -1}]
    assert suppression.suppressed(values, sums, {"none"}, fixed={"people"}, never={"none"}) == {"any", "none"}
    with pytest.raises(ValueError, match="always known"):
        suppression.suppressed(values, sums, {"none"}, fixed={"people", "any"}, never={"none"})
