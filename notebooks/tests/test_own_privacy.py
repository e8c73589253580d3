"""Where small numbers are not to be shown: 200 seeded trials, each audited by linear programming against all that is published of it.

The auditor knows every sum that holds, and nothing of how cells were chosen; a small number that has no second value follows.
"""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from trial import load
from trial.own_trial import changes, event_counts, frames, privacy
from trial.own_trial.adam import visits
from trial.own_trial.trial_data import TOTAL, OwnTrial

K = 5
WITHIN = {"related": ["any event"], "serious": ["any event"], "severe": ["any event"], "led to withdrawal": ["any event"], "serious and related": ["serious", "related"], "fatal": ["severe"]}  # fmt: skip


def seeded(seed):
    """A trial with cohorts of 1 to 20 people, some of them on placebo, and events and measures at random."""
    generator = np.random.default_rng(seed)
    sizes = generator.choice([1, 2, 3, 5, 6, 8, 12, 20], int(generator.integers(1, 5)))
    names = [f"c{n}" for n in range(len(sizes))]
    control = "c0" if len(names) > 1 and seed % 3 == 0 else ""
    cohort = np.repeat(names, sizes)
    people = pd.DataFrame({"cohort": cohort, "person": range(1, len(cohort) + 1), "number": 1, "dose": np.nan})
    people = people.assign(days=generator.choice([100.0, np.nan], len(people), p=[0.9, 0.1]), died=generator.random(len(people)) < 0.05, death_day=np.nan)  # fmt: skip
    rows = []
    for person, where in zip(people.person, cohort, strict=True):
        for group, term in product("AB", "xy"):
            for _ in range(generator.poisson(0.2 if term == "x" else 0.05)):
                grade = generator.choice([1, 2, 3, 4, 5, np.nan], p=[0.5, 0.2, 0.15, 0.05, 0.02, 0.08])
                told = [generator.random() < 0.2, generator.random() < 0.4]
                severe = None if np.isnan(grade) else bool(grade >= 3)
                rows.append((where, person, group, f"{group}{term}", 1.0, grade, *told, severe, grade == 5, generator.random() < 0.1))  # fmt: skip
    flags = ["serious", "related", "severe", "fatal", "withdrawn"]
    events = pd.DataFrame(rows, columns=["cohort", "person", "system_organ_class", "term", "day", "grade", *flags])
    events = events.astype(dict.fromkeys(flags, object))
    measures = [
        ("biomarker", "M", "M", "Week 1", 1, True, person, where, 1.0, 0.0, round(generator.normal(), 1), False)
        for person, where in zip(people.person, cohort, strict=True)
        if generator.random() < 0.8
    ]
    columns = [
        "kind",
        "code",
        "parameter",
        "visit",
        "place",
        "scheduled",
        "person",
        "cohort",
        "value",
        "start",
        "change",
    ]
    fields = {name: None for name in OwnTrial.__dataclass_fields__}
    return OwnTrial(**fields | {
        "people": people, "compared": people[["cohort", "person", "number", "dose"]], "events": events, "measures": pd.DataFrame(measures, columns=[*columns, "baseline"]),
        "warnings": pd.DataFrame([("adsl", privacy.ALONE, 1)], columns=["file", "warning", "count"]), "alarms": (), "simulated": False, "emergent": True,
        "order_known": True, "control": control, "populations": {},
    })  # fmt: skip


def known_sums(cells, cohorts, sizes):
    """Every cell that is published or implied, with its true value, and every sum of cells that holds whatever the trial."""
    values = {("people", c): n for c, n in sizes.items()}
    values |= {cell: n for cell, (n, _) in cells.items()}
    sums = []

    def inside(part, whole):
        rest = ("rest", part, whole)
        values[rest] = values[whole] - values[part]
        sums.append({part: 1, rest: 1, whole: -1})

    for table, row in dict.fromkeys(cell[:2] for cell in cells):
        if (table, row, TOTAL) in cells:
            sums.append({(table, row, c): 1 for c in cohorts} | {(table, row, TOTAL): -1})
    for table, row, c in cells:
        inside((table, row, c), ("people", c))
        if table == "what":
            for wide in WITHIN.get(row[0], []):
                inside((table, row, c), (table, (wide,), c))
        if table == "term":
            inside((table, row, c), ("what", ("any event",), c) if row[1] == "" else ("term", (row[0], ""), c))
    for c in dict.fromkeys(cell[2] for cell in cells):
        worst = [cell for cell in cells if cell[0] == "severity" and cell[2] == c]
        bad = [cell for cell in worst if cell[1][0] in ("severe", "life-threatening", "fatal")]
        sums += [dict.fromkeys(worst, 1) | {("people", c): -1}, dict.fromkeys(bad, 1) | {("what", ("severe",), c): -1}]
        sums += [{("severity", ("fatal",), c): 1, ("what", ("fatal",), c): -1}, {("severity", ("no event",), c): 1, ("what", ("any event",), c): 1, ("people", c): -1}]  # fmt: skip
    return values, sums


def followed(values, sums, shown):
    """The small cells that have no second whole number, given those shown."""
    order = list(values)
    place = {cell: at for at, cell in enumerate(order)}
    matrix = np.zeros((len(sums), len(order)))
    for row, terms in enumerate(sums):
        for cell, factor in terms.items():
            matrix[row, place[cell]] = factor
    truth = np.array([values[cell] for cell in order], dtype=float)
    assert abs(matrix @ truth).max() == 0, "a sum that does not hold"
    bounds = [(values[cell],) * 2 if cell in shown else (0, None) for cell in order]
    small = [place[cell] for cell in order if 0 < values[cell] < K]
    free = np.zeros(len(order), dtype=bool)
    for at in small:
        for side in (1, -1):
            if not free[at]:
                cost = np.zeros(len(order))
                cost[at] = side
                found = linprog(cost, A_eq=matrix, b_eq=np.zeros(len(sums)), bounds=bounds)
                free |= True if found.status == 3 else abs(found.x - truth) >= 1 - 1e-6
    return [order[at] for at in small if not free[at]]


def audited(trial):
    """What follows of the counts of a trial as they are published, and how many cells are shown."""
    plain = (event_counts.overview(trial, 0.95), event_counts.worst_severity(trial), event_counts.event_table(trial))
    cells = {}
    for whole, told, keys in zip(plain, privacy.hide(trial, K, *plain), (["what"], ["severity"], ["system_organ_class", "term"]), strict=True):  # fmt: skip
        rows = whole[keys].itertuples(index=False, name=None)
        for row, c, n, seen in zip(rows, whole.cohort, whole.people, told.people, strict=True):
            cells[(keys[-1], row, c)] = (int(n), pd.notna(seen))
        for column in ("lower", "upper", "more", "more_lower", "events", "not_recorded"):
            assert column not in told or not told[column][told.people.isna()].notna().any(), column
    sizes = trial.people.cohort.value_counts().to_dict() | {TOTAL: len(trial.people)}
    values, sums = known_sums(cells, trial.cohorts, sizes)
    assert not any(0 < n < K for cell, n in values.items() if cell[0] == "people"), "a cohort of few"
    shown = {cell for cell, (_, seen) in cells.items() if seen} | {cell for cell in values if cell[0] == "people"}
    return followed(values, sums, shown), len(shown)


@pytest.mark.parametrize("seeds", [range(8), *(pytest.param(range(n, n + 24), marks=pytest.mark.apart) for n in range(8, 200, 24))], ids=str)  # fmt: skip
def test_no_small_count_follows_from_all_that_is_published(seeds):
    told = 0
    for seed in seeds:
        trial = seeded(seed)
        if len(trial.people) < K:
            with pytest.raises(load.DataError, match="fewer people"):
                privacy.together(trial, K)
            continue
        trial = privacy.together(trial, K)
        found, shown = audited(trial)
        assert not found, (seed, found)
        told += shown
        _means(trial)
        _rates(trial)
    assert told > 15 * len(seeds), "something is still shown"


def _means(trial):
    """No mean of few, none by difference, and no test that touches a hidden cell."""
    found = changes.of_kind_tested(trial, "biomarker", visits.analysis_visits(trial, "biomarker"), 0.05, 0.95, K)
    told = found.summary
    sizes = trial.measures.cohort.value_counts().to_dict() | {TOTAL: len(trial.measures)}
    assert told[["n", "minimum", "maximum"]].isna().all(axis=None)
    seen = told["mean"].notna()
    assert not (told.cohort.map(sizes).between(1, K - 1) & seen).any()
    assert (~seen).sum() != 1 or TOTAL not in set(told.cohort), "the one hidden mean follows from the others"
    assert not told.loc[~seen, ["lower", "upper", "sd", "median"]].notna().any(axis=None)
    made = found.tests[found.tests.p_value.notna() | found.tests.estimate.notna()]
    hidden = set(told.cohort[~seen])
    for row in made.itertuples():
        touched = set(trial.arms) | {TOTAL} if row.cohort == TOTAL else {row.cohort}
        touched |= {trial.control} if row.test in ("ancova", "permutation") else set()
        assert not touched & hidden, row
    assert found.tests[["people", "statistic", "smallest_p"]].isna().all(axis=None) and found.panel.people.isna().all()


def _rates(trial):
    told = event_counts.rates(trial, 0.95, K)
    ill = [trial.events.person[(trial.events.cohort == c) | (c == TOTAL)].nunique() for c in told.cohort]
    assert not (pd.Series(ill, index=told.index).between(1, K - 1) & told.events.notna()).any()
    assert told.events.isna().sum() != 1 or TOTAL not in set(told.cohort)


def test_hiding_small_counts_alone_would_not_do(monkeypatch):
    monkeypatch.setattr(privacy.suppression, "suppressed", lambda values, sums, small, fixed=(), never=(): set(small) | set(never))  # fmt: skip
    found = 0
    for seed in range(12):
        trial = seeded(seed)
        if len(trial.people) >= K:
            found += len(audited(privacy.together(trial, K))[0])
    assert found > 5, "the auditor sees what follows"


def test_small_cohorts_are_taken_together_and_said():
    trial = next(trial for seed in range(50) if (trial := seeded(seed)).control and len(trial.people) > 20 and (trial.people.cohort == "c0").sum() < K)  # fmt: skip
    made = privacy.together(trial, K)
    assert made.people.cohort.value_counts().min() >= K and not made.control and not made.order_known
    assert made.people.dose.isna().all() and privacy.ALONE not in set(made.warnings.warning)
    assert "taken together" in made.warnings.warning.iloc[-1]
    assert set(made.events.cohort) <= set(made.cohorts) and set(made.measures.cohort) <= set(made.arms)
    assert "How many" not in frames.without_empty(frames.WARNINGS, made.warnings)
    assert privacy.together(trial, 1) is trial
