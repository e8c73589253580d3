"""Changes from baseline in somebody's own trial: at one visit, summed up by cohort, tested, and with each person left out."""

import numpy as np
import pandas as pd

from trial.methods import change_tests, exact_tests
from trial.own_trial.layout import TOTAL, of_kind

MOST_LEFT_OUT = 60  # people up to whom each is left out in turn
TESTS = {
    "signed rank": "Did people change at all?",
    "ordered cohorts": "Does the change grow, or shrink, from cohort to cohort?",
    "last cohort": "Does the last cohort differ from the others?",
    "dose": "Does the change go with the dose?",
}
COLUMNS = ["code", "parameter", "visit", "test", "people", "statistic", "p_value", "smallest_p", "method", "why_not"]


def at_visit(trial, kind, visits):
    """The change from baseline of each measure at its visit (`visits.tested`), a row per person and measure.

    Columns: code, parameter, visit, cohort, person, start (the value at baseline), change.
    """
    found = of_kind(trial, kind)
    found = found[(found.place > 0) & found.change.notna()]
    found = at_tested(found, visits)
    columns = ["code", "parameter", "visit", "cohort", "person", "start", "change"]
    return found[columns].sort_values(["code", "person"], ignore_index=True)


def at_tested(table, visits):
    """The rows of a table by measure and visit that stand at the visit of each measure (`visits.tested`)."""
    return table.merge(visits[["code", "visit"]], on=["code", "visit"])


def change_summary(trial, kind):
    """Change from baseline by parameter, visit and cohort (and in all), over all visits after baseline.

    Columns: kind, code, parameter, visit, cohort, n, mean, sd (None for one person), median, minimum, maximum.
    """
    found = of_kind(trial, kind)
    found = found[(found.place > 0) & found.change.notna()]
    both = pd.concat([found, found.assign(cohort=TOTAL)])
    columns = ["kind", "code", "parameter", "visit", "cohort", "n", "mean", "sd", "median", "minimum", "maximum"]
    if both.empty:
        return pd.DataFrame(columns=columns)
    order = {cohort: at for at, cohort in enumerate([*trial.arms, TOTAL])}
    made = both.groupby(["kind", "code", "parameter", "place", "visit", "cohort"]).change
    made = made.agg(n="size", mean="mean", sd="std", median="median", minimum="min", maximum="max").reset_index()
    made = made.sort_values(["code", "place", "cohort"], key=lambda c: c.map(order) if c.name == "cohort" else c)
    return made[columns].reset_index(drop=True)


# --- small counts -----------------------------------------------------------------------------------------------------


def hide_summary(table, smallest):
    """A change_summary with a column hidden, emptied where fewer than `smallest` people are counted; above 1 also without
    minimum and maximum."""
    made = table.assign(hidden=table.n < smallest)
    if smallest > 1:
        made[["minimum", "maximum"]] = None
        numbers = ["n", "mean", "sd", "median"]
        made[numbers] = made[numbers].astype(object).mask(made.hidden, None)
    return made


def all_tests(trial, kind, visits, alpha):
    """Every test of TESTS for every parameter of one kind, each at its visit (`visits.tested`), a row each (COLUMNS).

    Where a test cannot be made, p_value is None and why_not says why. trial: OwnTrial; kind: imaging or biomarker.
    """
    found, rows = at_visit(trial, kind, visits), []
    doses = trial.compared.set_index("person").dose
    for (code, parameter, visit), part in found.groupby(["code", "parameter", "visit"], sort=True):
        values = pd.Series(change_tests.rounded(part.change), index=part.index)
        groups = [values[part.cohort == cohort].tolist() for cohort in trial.arms]
        with_dose = part.person.map(doses).notna()
        dosed = (part.person.map(doses)[with_dose].tolist(), values[with_dose].tolist())
        runs = {
            "signed rank": (len(part), lambda v=values: change_tests.signed_rank(v, alpha)),
            "ordered cohorts": (len(part), lambda g=groups: change_tests.jonckheere(g, alpha)),
            "last cohort": (len(part), lambda g=groups: change_tests.last_against_rest(g, alpha)),
            "dose": (len(dosed[0]), lambda d=dosed: change_tests.spearman(*d, alpha)),
        }
        for name, (people, run) in runs.items():
            row = {"code": code, "parameter": parameter, "visit": visit, "test": name, "people": people, "why_not": ""}
            try:
                if name == "last cohort" and not groups[-1]:
                    raise ValueError("Nobody in the last cohort has this value.")
                if name == "dose" and not people:
                    raise ValueError("No numeric dose is recorded.")
                made = dict(zip(("statistic", "p_value", "smallest_p", "method"), run(), strict=True))
            except ValueError as error:
                made = {"statistic": None, "p_value": None, "smallest_p": None, "method": "", "why_not": str(error)}
            rows.append({**row, **made})
    made = pd.DataFrame(rows, columns=COLUMNS)
    return made.astype({"statistic": float, "p_value": float, "smallest_p": float})


def panel(tests, changes, alpha):
    """The signed-rank tests of a panel: code, parameter, people, mean, sds, p_value, none, holm, bh (true where it passes).

    sds is the mean change in SDs of the change, None for one person or no spread. Most extreme first.
    """
    made = tests[(tests.test == "signed rank") & tests.p_value.notna()].copy()
    change = changes.groupby("code").change
    made["mean"] = made.code.map(change.mean())
    made["sds"] = made["mean"] / made.code.map(change.std()).replace(0, np.nan)
    for correction in ("none", "holm", "bh"):
        made[correction] = exact_tests.found(made.p_value.tolist(), correction, alpha) if len(made) else False
    columns = ["code", "parameter", "people", "mean", "sds", "p_value", "none", "holm", "bh"]
    return made.sort_values(["p_value", "code"], ignore_index=True)[columns]


def without_one(trial, kind, visits, alpha):
    """How mean change and signed-rank p move when each person is left out in turn: one row per parameter.

    Columns: code, parameter, people, mean, lowest_mean, highest_mean, p_value, lowest_p, highest_p, changes_sign,
    crosses (p stands on both sides of alpha). Parameters with fewer than three people or more than MOST_LEFT_OUT are not
    in it.
    """
    rows = []
    for (code, parameter), part in at_visit(trial, kind, visits).groupby(["code", "parameter"], sort=True):
        values = change_tests.rounded(part.change)
        if not 3 <= len(values) <= MOST_LEFT_OUT or len([value for value in values if value]) < 2:
            continue
        left = [values[:at] + values[at + 1 :] for at in range(len(values))]
        means = [float(np.mean(some)) for some in left]
        p_values = [change_tests.signed_rank(some, alpha)[1] for some in left]
        p = change_tests.signed_rank(values, alpha)[1]
        rows.append(
            {
                "code": code,
                "parameter": parameter,
                "people": len(values),
                "mean": float(np.mean(values)),
                "lowest_mean": min(means),
                "highest_mean": max(means),
                "p_value": p,
                "lowest_p": min(p_values),
                "highest_p": max(p_values),
                "changes_sign": min(means) < 0 < max(means),
                "crosses": min(*p_values, p) <= alpha < max(*p_values, p),
            }
        )
    columns = ["code", "parameter", "people", "mean", "lowest_mean", "highest_mean", "p_value", "lowest_p", "highest_p"]
    return pd.DataFrame(rows, columns=[*columns, "changes_sign", "crosses"])


def of_both_kinds(made, trial, visits, alpha):
    """`all_tests` or `without_one` (made) of both kinds in one frame; `visits`: kind to `visits.tested`."""
    return pd.concat([made(trial, kind, tested, alpha) for kind, tested in visits.items()], ignore_index=True)
