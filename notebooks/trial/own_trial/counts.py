"""Counts in somebody's own trial: people and events by sort, term, severity and time, and what is handed to other programs."""

import re

import pandas as pd

from trial.methods import intervals
from trial.own_trial.layout import DAYS_PER_YEAR, NOT_RECORDED, SEVERITY, TOTAL

OVERVIEW = {
    "any event": (),
    "related": ("related",),
    "serious": ("serious",),
    "serious and related": ("serious", "related"),
    "severe": ("severe",),
    "fatal": ("fatal",),
    "led to withdrawal": ("withdrawn",),
}


def _sizes(trial):
    return {cohort: int(n) for cohort, n in trial.people.cohort.value_counts(sort=False).items()} | {
        TOTAL: len(trial.people)
    }


def overview(trial, confidence):
    """People and events of each sort by cohort and in all; a row per sort and cohort.

    Columns: what, cohort, people, events, denominator, not_recorded (events of the cohort for which it is not known), lower
    and upper (exact two-sided limits of the share of people). All but denominator and not_recorded are None where nothing
    at all was recorded of that sort.
    """
    rows, events = [], trial.events
    for what, flags in OVERVIEW.items():
        counted = pd.Series(True, index=events.index)
        unknown = pd.Series(False, index=events.index)
        for flag in flags:
            counted &= events[flag].eq(True)
            unknown |= events[flag].isna()
        for flag in flags:  # one flag that says no settles the matter
            unknown &= ~events[flag].eq(False)
        nothing = any(len(events) and events[flag].isna().all() for flag in flags)
        for cohort, size in _sizes(trial).items():
            here = (events.cohort == cohort) | (cohort == TOTAL)
            people = int(events.person[here & counted].nunique())
            limits = intervals.clopper_pearson(people, size, confidence)
            known = (people, int((here & counted).sum()), limits.lower, limits.upper)
            people, happened, lower, upper = (None,) * 4 if nothing else known
            rows.append((what, cohort, people, happened, size, int((here & unknown).sum()), lower, upper))
    columns = ["what", "cohort", "people", "events", "denominator", "not_recorded", "lower", "upper"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"people": "Int64", "events": "Int64", "lower": float, "upper": float}
    )


def event_table(trial):
    """People and events by class, term and cohort (and in all): zeros kept, people once a row, most people first.

    A row with an empty term is the whole class. Columns: cohort, system_organ_class, term, people, events, denominator.
    """
    both = pd.concat([trial.events, trial.events.assign(cohort=TOTAL)])[
        ["cohort", "person", "system_organ_class", "term"]
    ]
    both = pd.concat([both, both.assign(term="")])
    keys = ["system_organ_class", "term"]
    counted = both.groupby([*keys, "cohort"]).person.agg(people="nunique", events="size").reset_index()
    sizes = pd.DataFrame(list(_sizes(trial).items()), columns=["cohort", "denominator"])
    rows = both[keys].drop_duplicates().merge(sizes, how="cross").merge(counted, how="left", on=[*keys, "cohort"])
    rows = rows.fillna({"people": 0, "events": 0}).astype({"people": int, "events": int})
    # Classes by how many people had an event in them, then terms within the class; ties by name.
    order = rows[rows.cohort == TOTAL].assign(inside=lambda t: t.term != "")
    classes = order[~order.inside].set_index("system_organ_class")
    order["most"], order["most_events"] = (order.system_organ_class.map(classes[c]) for c in ("people", "events"))
    by = ["most", "most_events", "system_organ_class", "inside", "people", "events", "term"]
    order = order.sort_values(by, ascending=[False, False, True, True, False, False, True])
    place = {key: at for at, key in enumerate(zip(order[keys[0]], order[keys[1]], strict=True))}
    by_cohort = {cohort: at for at, cohort in enumerate(sizes.cohort)}
    rows["at"], rows["column"] = (
        [place[key] for key in zip(rows[keys[0]], rows[keys[1]], strict=True)],
        rows.cohort.map(by_cohort),
    )
    rows = rows.sort_values(["at", "column"], ignore_index=True)
    return rows[["cohort", *keys, "people", "events", "denominator"]]


def worst_severity(trial):
    """People by the worst severity of their events and cohort: cohort, severity, people, denominator; zeros kept.

    Someone whose events have no grade is in "not recorded", someone without events in "no event".
    """
    worst = trial.people.person.map(trial.events.groupby("person").grade.max().map(SEVERITY).fillna(NOT_RECORDED))
    worst = worst.astype(object).fillna("no event")
    rows = [
        (cohort, name, int(((worst == name) & ((trial.people.cohort == cohort) | (cohort == TOTAL))).sum()), size)
        for name in ("no event", *SEVERITY.values(), NOT_RECORDED)
        for cohort, size in _sizes(trial).items()
    ]
    return pd.DataFrame(rows, columns=["cohort", "severity", "people", "denominator"])


def rates(trial, confidence, smallest=1):
    """Events per person-year by cohort and in all, of the people whose days at risk are known; empty where none are.

    Columns: cohort, people, years, and where neither people nor events are fewer than `smallest` events, per_year, lower
    and upper (exact Poisson).
    """
    known, rows = trial.people[trial.people.days.notna()], []
    for cohort in [*trial.cohorts, TOTAL]:
        part = known[(known.cohort == cohort) | (cohort == TOTAL)]
        if len(part):
            events, years = int(trial.events.person.isin(part.person).sum()), float(part.days.sum()) / DAYS_PER_YEAR
            limits = intervals.poisson_exact(events, years, confidence)
            hidden = len(part) < smallest or 0 < events < smallest
            told = (None,) * 4 if hidden else (events, events / years, limits.lower, limits.upper)
            rows.append((cohort, len(part), years, *told))
    return pd.DataFrame(rows, columns=["cohort", "people", "years", "events", "per_year", "lower", "upper"])


def hide(table, keys, smallest):
    """The table with a column hidden, and its counts and limits emptied where fewer than `smallest` people are counted.

    Zeros stay. Where one cohort of a row (named by `keys`) is hidden, the row's total is too: it would give it away.
    """
    small = table.people.between(1, smallest - 1).fillna(False).astype(bool)
    alone = small.groupby([table[key] for key in keys]).transform("sum").eq(1) & (smallest > 1)
    made = table.assign(hidden=small | (alone & (table.cohort == TOTAL)))
    for column, kind in {"people": "Int64", "events": "Int64", "lower": float, "upper": float}.items():
        if column in made:
            made[column] = made[column].astype(kind).mask(made.hidden)
    return made


# --- what a chapter hands on ------------------------------------------------------------------------------------------


def results(trial, shown, tests):
    """Named results for reports/results.csv: counts of people with exact intervals, and every p-value that was made.

    In: OwnTrial, its overview after `hide` (None: no events), the tests of both kinds.
    """
    kind = "simulated example" if trial.simulated else "from the files given"
    counted = {"people": len(trial.people), "cohorts": len(trial.cohorts), "warnings": len(trial.warnings)}
    rows = [(f"own.{name}", value, None, None, name, "counted") for name, value in counted.items()]
    if shown is not None:
        for row in shown[(shown.cohort == TOTAL) & shown.people.notna()].itertuples():
            share, method = row.people / row.denominator, "Clopper-Pearson, two-sided"
            rows.append((f"own.share.{_snake(row.what)}", share, row.lower, row.upper, "share of people", method))
    for row in tests[tests.p_value.notna()].itertuples():
        name, method = f"own.p.{_snake(row.code)}.{_snake(row.test)}", f"{row.test}, {row.method}, two-sided"
        rows.append((name, row.p_value, None, None, "p-value", method))
    made = pd.DataFrame(rows, columns=["name", "value", "lower", "upper", "unit", "method"])
    return made.assign(method=f"{kind}; " + made.method)


def _snake(text):
    return re.sub(r"[^a-z0-9]+", "_", str(text).lower()).strip("_")


def hand_out_warnings(trial, smallest):
    """The warnings, counts below `smallest` left empty, for other programs."""
    count = trial.warnings["count"].astype("Int64")
    return trial.warnings.assign(count=count.mask(count < smallest))


def hand_out_overview(shown, smallest):
    """The overview after `hide`, small counts of events not judged left empty too, for other programs."""
    unknown = shown.not_recorded.astype("Int64")
    return shown.drop(columns="hidden").assign(not_recorded=unknown.mask(unknown.between(1, smallest - 1)))


def hand_out_events(trial, smallest):
    """event_table without whole classes, small counts hidden, for other programs."""
    terms = hide(event_table(trial), ["system_organ_class", "term"], smallest)
    return terms[terms.term != ""].drop(columns="hidden")


def hand_out_changes(summaries):
    """change_summary of both kinds: parameter, code, visit, cohort, n, mean, sd, median, minimum, maximum."""
    columns = ["parameter", "code", "visit", "cohort", "n", "mean", "sd", "median", "minimum", "maximum"]
    return pd.concat([part.astype(object) for part in summaries], ignore_index=True)[columns]


def hand_out_tests(scans, fluids):
    """The tests of both kinds with their kind."""
    made = [tests.assign(kind=kind).astype(object) for kind, tests in (("imaging", scans), ("biomarker", fluids))]
    return pd.concat(made, ignore_index=True)
