"""Change against a control arm with the baseline in the model: analysis of covariance. Values in, limits out; knows no trial."""

from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy.stats import t

from trial.methods.intervals import Interval, number


class Compared(NamedTuple):
    """An arm against control: Interval of the difference in change, two-sided p-value, people in the arm and on control."""

    interval: Interval
    p_value: float
    people: int
    people_control: int


def ancova(changes, baselines, arms, control, confidence):
    """Each arm's change less that on control, adjusted for baseline, as {arm: Compared}: least squares over all arms.

    In: a change, a baseline and an arm a person; the arm that is control; confidence. One slope and one spread hold for
    all arms, and the limits are Student's (Fisher, 1932). A baseline that is the same in everyone drops out. ValueError
    where an arm stands alone, or where too few people or no spread is left.
    """
    number("confidence", confidence, above=0, below=1)
    changes, baselines, arms = np.array(changes, dtype=float), np.array(baselines, dtype=float), list(arms)
    if not (np.isfinite(changes).all() and np.isfinite(baselines).all()):
        raise ValueError("A change or a baseline is missing.")
    others = [arm for arm in dict.fromkeys(arms) if arm != control]
    if control not in arms or not others:
        raise ValueError("Only one arm has this value, so there is nothing to compare it with.")
    columns = [np.ones(len(arms)), *(np.array([arm == other for arm in arms], dtype=float) for other in others)]
    if np.ptp(baselines) > 1e-9 * max(1.0, abs(baselines).max()):
        columns.append((baselines - baselines.mean()) / baselines.std())
    design = np.column_stack(columns)
    free = len(arms) - design.shape[1]
    if free < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError("There are too few people to adjust for the baseline.")
    estimates, inverse = np.linalg.lstsq(design, changes, rcond=None)[0], np.linalg.inv(design.T @ design)
    left = changes - design @ estimates
    variance = float(left @ left) / free
    if variance <= 1e-18 * max(1.0, float(changes @ changes)):
        raise ValueError("Arm and baseline leave no spread of the changes to test against.")
    made, reach = {}, float(t.isf((1 - confidence) / 2, free))
    for place, arm in enumerate(others, 1):
        estimate, error = float(estimates[place]), sqrt(variance * inverse[place, place])
        interval = Interval(estimate, estimate - reach * error, estimate + reach * error, confidence, "ANCOVA", "two")
        made[arm] = Compared(
            interval, float(2 * t.sf(abs(estimate) / error, free)), arms.count(arm), arms.count(control)
        )
    return made
