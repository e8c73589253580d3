"""What may be shown where no number of fewer than so many people may follow (the parameter smallest_cell).

Cohorts of too few people are taken together. Counts of people are left out with as many others as it takes that none
follows: neither those who had something, nor those who had not, nor those who had the one thing but not the other. Counts
of events, and how many people stand behind a mean, are not shown at all: too much follows from them.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from trial import load, words
from trial.methods import suppression
from trial.own_trial.trial_data import TOTAL

ALONE = "cohorts with one person"  # a warning that would tell how small a cohort is
INSIDE = (  # who had the first had the second as well
    ("related", "any event"),
    ("serious", "any event"),
    ("severe", "any event"),
    ("led to withdrawal", "any event"),
    ("serious and related", "related"),
    ("serious and related", "serious"),
    ("fatal", "severe"),
)


def together(trial, smallest):
    """The trial with cohorts of fewer than `smallest` people taken together, and its doses forgotten where there are such.

    Above 1 its warnings say no longer how many.
    """
    if min(len(trial.people), len(trial.compared)) < smallest:
        raise load.DataError(
            "smallest_cell: there are fewer people than a number may be shown of; give a smaller number."
        )
    if smallest > 1:
        trial = replace(trial, warnings=trial.warnings.assign(count=None))
    groups = (trial.people.cohort.value_counts(), trial.compared.cohort.value_counts())
    cohorts = list(dict.fromkeys([*trial.cohorts, *trial.arms]))
    sizes = {cohort: min(group.get(cohort, 0) for group in groups) for cohort in cohorts}
    by_size = sorted(cohorts, key=sizes.get)
    small = sum(size < smallest for size in sizes.values())
    if smallest == 1 or not small:
        return trial
    while (
        small < len(cohorts)
        and min(sum(group.get(cohort, 0) for cohort in by_size[:small]) for group in groups) < smallest
    ):
        small += 1
    joined = [cohort for cohort in cohorts if cohort in by_size[:small]]
    name = words.listed(joined) if len(joined) < 4 else f"{joined[0]} and {len(joined) - 1} other cohorts"

    def renamed(frame):
        return None if frame is None else frame.assign(cohort=frame.cohort.where(~frame.cohort.isin(joined), name))

    def people(frame):
        made = renamed(frame).assign(dose=np.nan)
        made = pd.concat([made[made.cohort != name], made[made.cohort == name]], ignore_index=True)
        return made.assign(number=made.groupby("cohort").cumcount() + 1)

    few = words.number(smallest)
    warning = f"cohorts of fewer than {few} people, taken together, with others where they are still too few: {name}"
    kept = trial.warnings[trial.warnings.warning != ALONE]
    return replace(
        trial,
        people=people(trial.people),
        compared=people(trial.compared),
        events=renamed(trial.events),
        measures=renamed(trial.measures),
        warnings=pd.concat([kept, pd.DataFrame([("adsl", warning, None)], columns=kept.columns)], ignore_index=True),
        control="" if trial.control in joined else trial.control,
        order_known=False,
    )


def _counts(trial, overview, severity, terms):
    """Every count of people by (table, row, cohort), and how many people there are by ("people", cohort)."""
    parts = ((overview, ["what"]), (severity, ["severity"]), (terms, ["system_organ_class", "term"]))
    values = {}
    for table, keys in parts:
        if table is not None:
            known = table[table.people.notna()]
            rows = known[keys].itertuples(index=False, name=None)
            values |= {(keys[-1], row, cohort): int(n) for row, cohort, n in zip(rows, known.cohort, known.people, strict=True)}  # fmt: skip
    sizes = trial.people.cohort.value_counts().to_dict() | {TOTAL: len(trial.people)}
    return values, {("people", cohort): n for cohort, n in sizes.items()}


def _above(cell):
    """The cells whose people hold all people of this cell, in the same cohort."""
    table, row, cohort = cell
    yield ("people", cohort)
    if table == "what":
        yield from (("what", (wide,), cohort) for narrow, wide in INSIDE if (narrow,) == row)
    if table == "term":
        group, term = row
        yield ("term", (group, ""), cohort) if term else ("what", ("any event",), cohort)


def _sums(values, sizes, cohorts):
    """What anybody knows to hold: cohorts come to all, a part and its rest to the whole, severities to everyone."""
    sums, rests, known = [], {}, values | sizes
    rows = dict.fromkeys((table, row) for table, row, _ in values)
    for table, row in rows:
        if (table, row, TOTAL) in values:
            sums.append({(table, row, cohort): 1 for cohort in cohorts} | {(table, row, TOTAL): -1})
    for cell in values:
        for whole in _above(cell):
            if whole in known:
                rests[("rest", cell, whole)] = known[whole] - values[cell]
                sums.append({cell: 1, ("rest", cell, whole): 1, whole: -1})
    bad = ["severe", "life-threatening", "fatal"]
    for cohort in [*cohorts, TOTAL]:
        worst = {
            row[0]: ("severity", row, cohort) for table, row, where in values if table == "severity" and where == cohort
        }
        for names, whole in ((list(worst), ("people", cohort)), (bad, ("what", ("severe",), cohort)), (bad[2:], ("what", ("fatal",), cohort))):  # fmt: skip
            if worst and whole in known:
                sums.append({worst[name]: 1 for name in names} | {whole: -1})
        if worst and ("what", ("any event",), cohort) in values:
            sums.append({worst["no event"]: 1, ("what", ("any event",), cohort): 1, ("people", cohort): -1})
    return sums, rests


def hide(trial, smallest, overview, severity, terms):
    """The three tables with a column hidden, their counts and limits emptied where they may not be shown.

    In: OwnTrial (after `together`), the frames of `counts` (None where there are none). At 1 nothing is hidden.
    """
    left_out = set()
    if smallest > 1:
        values, sizes = _counts(trial, overview, severity, terms)
        sums, rests = _sums(values, sizes, trial.cohorts)
        small = {cell for cell, n in (values | rests).items() if 0 < n < smallest}
        left_out = suppression.suppressed(values | rests | sizes, sums, small, fixed=sizes, never=rests)
    return [
        _emptied(overview, ["what"], left_out, smallest),
        _emptied(severity, ["severity"], left_out, smallest),
        _emptied(terms, ["system_organ_class", "term"], left_out, smallest),
    ]


def _emptied(table, keys, left_out, smallest):
    if table is None:
        return None
    rows = zip(table[keys].itertuples(index=False, name=None), table.cohort, strict=True)
    made = table.assign(hidden=[(keys[-1], row, cohort) in left_out for row, cohort in rows])
    for column, kind in {"people": "Int64", "lower": float, "upper": float}.items():
        if column in made:
            made[column] = made[column].astype(kind).mask(made.hidden)
    if "not_recorded" in made:
        made["gaps"] = made.not_recorded > 0
    for column in ("events", "not_recorded"):
        if column in made:
            made[column] = made[column].astype("Int64") if smallest == 1 else pd.NA
    return made


def few(table, count, keys, smallest, fewest=None):
    """Which rows (a cohort each, perhaps one of TOTAL) may not be shown, as a column of True and False.

    `count`: the column that adds up over cohorts; `keys`: columns whose rows belong together; `fewest`: the column with how
    many people stand behind a row (default: `count`).
    """
    hidden = pd.Series(False, index=table.index)
    small = table[fewest or count].between(1, smallest - 1)
    for _, part in table[small.groupby([table[key] for key in keys]).transform("any")].groupby(keys, sort=False):
        values = dict(zip(part.cohort, part[count].astype(int), strict=True))
        sums = [{cohort: -1 if cohort == TOTAL else 1 for cohort in values}] if TOTAL in values else []
        hidden[part.index] = part.cohort.isin(suppression.suppressed(values, sums, set(part.cohort[small[part.index]])))
    return hidden
