"""Changes from baseline in somebody's own trial: summed up by cohort, tested, against control where there is one, and with each person left out."""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t

from trial import words
from trial.methods import change_tests, exact_tests
from trial.methods.ancova import ancova
from trial.own_trial import privacy
from trial.own_trial.trial_data import TOTAL, of_kind

MOST_LEFT_OUT = 60  # people up to whom each is left out in turn
TESTS = {
    "signed rank": "Did people change at all?",
    "ordered cohorts": "Does the change grow, or shrink, from cohort to cohort?",
    "last cohort": "Does the last cohort differ from the others?",
    "dose": "Does the change go with the dose?",
    "ancova": "Is the change another than on control, with equal baselines?",
    "permutation": "Is the mean change another than on control?",
}
DIFFERENCES = ("ancova", "permutation", "last cohort")
COLUMNS = ["code", "parameter", "visit", "cohort", "test", "people", "estimate", "lower", "upper", "statistic"]
COLUMNS += ["p_value", "smallest_p", "method", "why_not"]
SHRINKS = re.compile(
    r"pbvc|\bbpf\b|\bbvol\b|atrophy|(brain|matter|cort\w+|thalam\w+|hippocamp\w+|ventric\w+|cord\b).*(vol|thick|fraction|loss|area)",
    re.IGNORECASE,
)
WRONG_YARDSTICK = "Brains lose volume with age and disease alone, so no change is the wrong yardstick."
NOT_WHOLE = "Some people may not be counted out, so everyone may not be tested."
NO_ORDER = "No order of the cohorts by dose is known."


class Tested(NamedTuple):
    """All about the change of one kind of measure: at which visits it is tested, the change_summary, the changes at those
    visits, the tests, and the panel."""

    visits: pd.DataFrame
    summary: pd.DataFrame
    found: pd.DataFrame
    tests: pd.DataFrame
    panel: pd.DataFrame


def of_kind_tested(trial, kind, visits, alpha, confidence, smallest=1):
    """Everything about the change of one kind of measure (imaging or biomarker), as Tested. visits: `visits.analysis_visits`."""
    summary = change_summary(trial, kind, confidence, smallest)
    found = at_visit(trial, kind, visits, summary)
    tests = all_tests(trial, kind, found, confidence)
    whole = panel(trial, tests, found, alpha)
    if smallest > 1:  # from numbers of people behind a test those without a value would follow
        tests[["people", "statistic", "smallest_p"]], whole["people"] = np.nan, np.nan
    return Tested(visits, summary, found, tests, whole)


def both_kinds(kinds, field):
    """One field of several Tested in one frame, each row with its kind."""
    names = ("imaging", "biomarker")
    parts = [getattr(kind, field).assign(kind=name).astype(object) for name, kind in zip(names, kinds, strict=True)]
    return pd.concat(parts, ignore_index=True)


def change_summary(trial, kind, confidence, smallest=1):
    """Change from baseline by parameter, visit and cohort over all visits after baseline, and in all where there is no control.

    Columns: kind, code, parameter, visit, cohort, n, mean, lower, upper (Student's limits of the mean), sd (these three None
    for one person), median, minimum, maximum, start (mean at baseline of the same people), decimals (to which all of a parameter are told), hidden. Rows that may not be
    shown are emptied; with `smallest` above 1 nobody's value and no number of people stands anywhere.
    """
    found = of_kind(trial, kind)
    found = found[(found.place > 0) & found.change.notna()]
    both = trial.with_total_rows(found)
    columns = ["kind", "code", "parameter", "visit", "cohort", "n", "mean", "lower", "upper", "sd", "median", "minimum"]
    columns += ["maximum", "start", "decimals", "hidden"]
    if both.empty:
        return pd.DataFrame(columns=columns)
    order = {cohort: at for at, cohort in enumerate([*trial.arms, TOTAL])}
    made = both.groupby(["kind", "code", "parameter", "place", "visit", "cohort"])
    how = {"mean": "mean", "sd": "std", "median": "median", "minimum": "min", "maximum": "max", "n": "size"}
    made = made.agg(start=("start", "mean"), **{name: ("change", one) for name, one in how.items()}).reset_index()
    made = made.sort_values(["code", "place", "cohort"], key=lambda c: c.map(order) if c.name == "cohort" else c)
    reach = made.sd / np.sqrt(made.n) * t.isf((1 - confidence) / 2, (made.n - 1).clip(lower=1))
    made = made.assign(lower=made["mean"] - reach, upper=made["mean"] + reach).reset_index(drop=True)
    made["decimals"] = made.code.map(found.groupby("code").change.agg(words.decimals))
    made["hidden"] = privacy.few(made, "n", ["code", "visit"], smallest)
    if smallest > 1:
        numbers = ["mean", "lower", "upper", "sd", "median"]
        made[numbers] = made[numbers].astype(object).mask(made.hidden, None)
        made[["n", "minimum", "maximum", "start"]] = None
    return made[columns]


def at_visit(trial, kind, visits, summary=None):
    """The change from baseline of each measure at its visit (`visits.analysis_visits`), a row per person and measure.

    Columns: code, parameter, visit, cohort, person, start (the value at baseline), change, whole (nobody is left out). summary:
    the change_summary, whose hidden cohorts are left out.
    """
    found = of_kind(trial, kind)
    found = at_tested(found[(found.place > 0) & found.change.notna()], visits)
    found["whole"] = True
    if summary is not None and summary.hidden.any():
        gone = set(summary.loc[summary.hidden, ["code", "visit", "cohort"]].itertuples(index=False, name=None))
        parts = {(code, visit) for code, visit, _ in gone}
        rows = list(found[["code", "visit", "cohort"]].itertuples(index=False, name=None))
        found["whole"] = [(code, visit) not in parts for code, visit, _ in rows]
        found = found[[row not in gone for row in rows]]
    columns = ["code", "parameter", "visit", "cohort", "person", "start", "change", "whole"]
    return found[columns].sort_values(["code", "person"], ignore_index=True)


def at_tested(table, visits):
    """The rows of a table by measure and visit that stand at the visit of each measure (`visits.analysis_visits`)."""
    return table.merge(visits[["code", "visit"]], on=["code", "visit"])


# --- tests ------------------------------------------------------------------------------------------------------------


class Adjusted(NamedTuple):
    """As `change_tests.ChangeTest`, with the limits of the difference."""

    statistic: float
    p_value: float
    smallest_p: None
    method: str
    lower: float
    upper: float


def _within(name, kind, values):
    if kind == "imaging" and SHRINKS.search(name):
        raise ValueError(WRONG_YARDSTICK)
    return change_tests.signed_rank(values)


def _runs(trial, kind, part, confidence):
    """The tests of one measure: (test, cohort, people, what makes it)."""
    values = dict(zip(part.person, change_tests.rounded(part.change), strict=True))
    groups = {arm: [values[person] for person in part.person[part.cohort == arm]] for arm in trial.arms}
    name = f"{part.parameter.iloc[0]} {part.code.iloc[0]}"
    doses = part.person.map(trial.compared.set_index("person").dose)
    dosed = part[doses.notna()].person.map(values).tolist()

    def ordered(test, *given):
        if not trial.order_known:
            raise ValueError(NO_ORDER)
        return test(*given)

    for arm in [arm for arm in trial.arms if groups[arm]] if trial.control else [TOTAL]:
        inside = groups.get(arm, list(values.values()))
        yield "signed rank", arm, len(inside), lambda inside=inside: _within(name, kind, inside)
    yield "ordered cohorts", TOTAL, len(part), lambda: ordered(change_tests.jonckheere, list(groups.values()))
    yield "dose", TOTAL, len(dosed), lambda: ordered(_with_dose, doses.dropna().tolist(), dosed)
    if trial.control:
        for arm in trial.arms:
            if arm != trial.control and groups[arm] and groups[trial.control]:
                both = [groups[trial.control], groups[arm]]
                people = len(both[0]) + len(both[1])
                yield "ancova", arm, people, lambda arm=arm: _adjusted(part, values, arm, trial.control, confidence)
                yield "permutation", arm, people, lambda both=both: change_tests.last_against_rest(both)
    else:
        yield "last cohort", TOTAL, len(part), lambda: ordered(_last, list(groups.values()))


def _mean(change, confidence):
    """The mean change with Student's limits (None for one person)."""
    reach = change.std() / len(change) ** 0.5 * t.isf((1 - confidence) / 2, max(len(change) - 1, 1))
    return {"estimate": change.mean(), "lower": change.mean() - reach, "upper": change.mean() + reach}


def _with_dose(doses, values):
    if not doses:
        raise ValueError("No numeric dose is recorded.")
    return change_tests.spearman(doses, values)


def _last(groups):
    if not groups[-1]:
        raise ValueError("Nobody in the last cohort has this value.")
    return change_tests.last_against_rest(groups)


def _adjusted(part, values, arm, control, confidence):
    both = part[part.cohort.isin([arm, control]) & part.start.notna()]
    found = ancova(both.person.map(values), both.start, both.cohort, control, confidence)[arm]
    limits = found.interval
    return Adjusted(limits.estimate, found.p_value, None, "analysis of covariance", limits.lower, limits.upper)


def all_tests(trial, kind, found, confidence):
    """Every test of every measure at its visit, a row each (COLUMNS). Where one cannot be made, why_not says why.

    found: `at_visit`. Tests over the order of cohorts are made where it is known. With a control, people of different
    arms are never taken as one group: each arm by itself, and each against control. estimate, lower and upper: the mean
    change with Student's limits, or the difference (limits of the analysis of covariance only).
    """
    rows = []
    for (code, parameter, visit), part in found.groupby(["code", "parameter", "visit"], sort=True):
        for test, cohort, people, run in _runs(trial, kind, part, confidence):
            made = {"why_not": "", "method": ""}
            if test == "signed rank" and (cohort != TOTAL or part.whole.all()):
                made |= _mean(part.change[(part.cohort == cohort) | (cohort == TOTAL)], confidence)
            try:
                if cohort == TOTAL and not part.whole.all():
                    raise ValueError(NOT_WHOLE)
                made |= run()._asdict()
                made["estimate"] = made["statistic"] if test in DIFFERENCES else made.get("estimate")
            except ValueError as error:
                made["why_not"] = str(error)
            rows.append({"code": code, "parameter": parameter, "visit": visit, "cohort": cohort, "test": test, "people": people, **made})  # fmt: skip
    made = pd.DataFrame(rows, columns=COLUMNS)
    made["decimals"] = made.code.map(found.groupby("code").change.agg(words.decimals))
    return made.astype(dict.fromkeys(["estimate", "lower", "upper", "statistic", "p_value", "smallest_p"], float))


def panel(trial, tests, found, alpha):
    """The tests of a panel as a whole: of change, or with a control of the difference from it; smallest p-value first.

    Columns: code, parameter, visit, cohort (TOTAL without a control), people, mean (change, or difference), sds (the same
    in SDs of the change, None where there is no spread), p_value, adjusted_p (with a control: of the analysis of covariance), none, holm, bh (true where it passes), decimals.
    """
    test = "permutation" if trial.control else "signed rank"
    made = tests[(tests.test == test) & tests.p_value.notna()].copy()
    change = found.groupby("code").change
    if trial.control:
        within = found.change - found.groupby(["code", "cohort"]).change.transform("mean")
        free = found.groupby("code").size() - found.groupby("code").cohort.nunique()
        spread = np.sqrt((within**2).groupby(found.code).sum() / free.clip(lower=1))
        made["mean"] = made.estimate
    else:
        spread, made["mean"] = change.std(), made.code.map(change.mean())
    adjusted = tests[tests.test == "ancova"].set_index(["code", "cohort"]).p_value
    made["adjusted_p"] = adjusted.reindex(pd.MultiIndex.from_frame(made[["code", "cohort"]])).to_numpy()
    made["sds"] = made["mean"] / made.code.map(spread).replace(0, np.nan)
    made["decimals"] = made.code.map(found.groupby("code").change.agg(words.decimals))
    for correction in ("none", "holm", "bh"):
        made[correction] = exact_tests.which_pass(made.p_value.tolist(), correction, alpha) if len(made) else False
    columns = ["code", "parameter", "visit", "cohort", "people", "mean", "sds", "p_value", "adjusted_p"]
    columns += ["none", "holm", "bh", "decimals"]
    return made.sort_values(["p_value", "code", "cohort"], ignore_index=True)[columns]


# --- one person fewer -------------------------------------------------------------------------------------------------


def without_one(trial, panel, found, alpha):
    """What a finding becomes when each person is left out in turn: a row for each of the panel with p of alpha or less.

    Columns: code, parameter, cohort, people, mean, lowest_mean, highest_mean, p_value, lowest_p, highest_p, hangs (without
    some person it is above alpha, or points the other way), decimals. Not asked of more than MOST_LEFT_OUT people.
    """
    rows = []
    for row in panel[panel.p_value <= alpha].itertuples():
        part = found[
            (found.code == row.code) & found.cohort.isin([row.cohort, trial.control] if trial.control else trial.arms)
        ]
        if not 3 <= len(part) <= MOST_LEFT_OUT:
            continue
        left = [_result(trial, part[part.person != person], row.cohort) for person in part.person]
        means, p_values = zip(*left, strict=True)
        turns = min(means) * row.mean <= 0 or max(means) * row.mean <= 0
        common = {
            name: getattr(row, name)
            for name in ("code", "parameter", "cohort", "people", "mean", "p_value", "decimals")
        }
        rows.append({**common, "lowest_mean": min(means), "highest_mean": max(means), "lowest_p": min(p_values), "highest_p": max(p_values), "hangs": turns or max(p_values) > alpha})  # fmt: skip
    columns = ["code", "parameter", "cohort", "people", "mean", "lowest_mean", "highest_mean", "p_value", "lowest_p"]
    return pd.DataFrame(rows, columns=[*columns, "highest_p", "hangs", "decimals"])


def without_one_of(trial, kinds, alpha, smallest):
    """`without_one` of several Tested in one frame; empty where small numbers are not to be shown."""
    parts = [without_one(trial, kind.panel.head(0 if smallest > 1 else None), kind.found, alpha) for kind in kinds]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def _result(trial, part, arm):
    """The mean change, or difference from control, and its p-value (1 where nothing is left to test)."""
    values = pd.Series(change_tests.rounded(part.change), index=part.index)
    try:
        if not trial.control:
            return float(values.mean()), change_tests.signed_rank(values.tolist()).p_value
        groups = [values[part.cohort == cohort].tolist() for cohort in (trial.control, arm)]
        test = change_tests.last_against_rest(groups)
        return test.statistic, test.p_value
    except ValueError:
        return (float(values.mean()) if len(values) else 0.0), 1.0
