"""The visits of somebody's own trial: which were planned, in which order they stand, and at which one a measure is tested."""

import re

import numpy as np
import pandas as pd

from trial import load
from trial.own_trial.adam.columns import natural
from trial.own_trial.trial_data import DAYS_PER_YEAR, of_kind

UNPLANNED = re.compile(r"unsch|\buns\b|unplanned|\bre-?test|\brepeat|early term|\bad[ -]?hoc", re.IGNORECASE)
DERIVED = re.compile(
    r"post[- ]?baseline|(?<!\d)(?<!\d[- ])\b(max|min|maximum|minimum|worst|lowest|highest|nadir|peak|locf|wocf|bocf|average|mean|overall)\b|"
    r"\bend ?point\b|\blast\b|\bany\b",
    re.IGNORECASE,
)
THE_END = re.compile(r"\bend of\b|\beot\b|\beos\b|\bfinal\b", re.IGNORECASE)
BASELINE = re.compile(
    r"(?<!post)(?<!post[- ])\bbase ?line\b|\bbase\b|\bbl\b|^(?:pre|before|(?:study )?(?:day|week|month|year|visit)? ?0(?:\.0)?)$",
    re.IGNORECASE,
)
BEFORE = re.compile(r"\bscreen|\bpre-?(dose|treatment|baseline|study)\b|\brun-?in\b", re.IGNORECASE)
A_DATE = r"\d{4}-\d\d-\d\d"
A_NUMBER = re.compile(r"\d+(?:\.\d+)?")
A_TIME = re.compile(
    r"(?:study )?(?P<unit>d(?=ay|\d)|w(?=eek|k|\d)|m(?=onth|\d)|y(?=ear|\d))[a-z]*\s*(?P<many>\d+(?:\.\d+)?)",
    re.IGNORECASE,
)
TIME_FIRST = re.compile(
    r"(?P<many>\d+(?:\.\d+)?)[ -]?(?P<unit>min|h|d|w|m|y)(?:ute|our|r|ay|eek|k|onth|o|ear)?s?", re.IGNORECASE
)
IN_DAYS = {"min": 1 / 1440, "h": 1 / 24, "d": 1, "w": 7, "m": DAYS_PER_YEAR / 12, "y": DAYS_PER_YEAR}


def named_like(names, pattern):
    """Whether each visit is called by a pattern."""
    return names.map({name: bool(pattern.search(name)) for name in names.unique()}).astype(bool)


def dates_or_days(found):
    """The date of each record, else its day, else an empty text."""
    days = found.day.map("{:g}".format)
    return found.date.mask(found.date == "", days.mask(found.day.isna(), ""))


def with_places(found, note):
    """The records of a file with place (order of the visits of a measure, 0 for its baseline and before) and scheduled."""
    made = _made(found)
    known, order = _in_order(found, made)
    unclear = not known and len([visit for visit in order if visit not in made and _is_after(visit, found)]) > 1
    note(
        "visits whose order is not known (no AVISITN, no ADY), so none is tested unless a parameter names it",
        len(order) if unclear else 0,
    )
    planned = {visit: not UNPLANNED.search(visit) and not unclear for visit in order}
    planned |= dict.fromkeys(_copied(found, order, made), False)
    at = {visit: place for place, visit in enumerate(order)}
    first = found.code.map(_starts(found, at)).fillna(-1)
    before = named_like(found.visit, BEFORE) & ((first < 0) | (not known)) | _earlier(found)
    place = (found.visit.map(at) - first).clip(lower=0).mask(found.baseline | before, 0).astype(int)
    found = found.assign(place=place, scheduled=found.visit.map(planned))
    missing = found.change.isna() & (found.place > 0)
    note("values after baseline without a baseline, not used for change", missing.sum())
    return found


def _earlier(found):
    """Records of a day before the one of their person's baseline, whatever the number of their visit."""
    flagged = found[found.baseline].drop_duplicates(["code", "person"], keep=False).set_index(["code", "person"])
    own = flagged[["day", "date"]].reindex(pd.MultiIndex.from_frame(found[["code", "person"]]))
    dated = found.date.str.fullmatch(A_DATE) & own.date.fillna("").str.fullmatch(A_DATE).to_numpy()
    return (found.day < own.day.to_numpy()) | (dated & (found.date < own.date.fillna("").to_numpy()))


def _starts(found, at):
    """Where the visit stands that is the baseline of each measure: most of its flags, else its name or its number 0."""
    flagged = found[found.baseline]
    named = found[~found.code.isin(set(flagged.code)) & (named_like(found.visit, BASELINE) | (found.visit_number == 0))]
    both = pd.concat([flagged[~named_like(flagged.visit, UNPLANNED)], named])
    both = pd.concat([both, flagged[~flagged.code.isin(set(both.code))]])
    counted = both.assign(at=both.visit.map(at)).groupby(["code", "at"]).size().rename("n").reset_index()
    return counted.sort_values(["n", "at"], ascending=[False, True]).drop_duplicates("code").set_index("code")["at"]


def _in_order(found, made):
    """Whether the order of the planned visits is known, and all visits in it: by number, by day, by the times or the
    numbers in their names; never as found."""
    visits = found.groupby("visit", sort=True).agg(number=("visit_number", "median"), day=("day", "median"))
    planned = ~named_like(visits.index.to_series(), UNPLANNED) & ~visits.index.isin(made)
    before = [bool(BASELINE.search(visit) or BEFORE.search(visit)) for visit in visits.index]
    if named := _by_name(visits.index[planned & ~np.array(before)]):
        early = pd.Series(before, index=visits.index).map({True: -np.inf, False: np.inf})
        visits["named"] = pd.Series(named, dtype=float).reindex(visits.index).fillna(early)
    for by in ("number", "day", "named"):
        if (
            by in visits
            and visits[by][planned].notna().all()
            and visits[by][planned & np.isfinite(visits[by])].is_unique
        ):
            # A visit nobody planned may have no number; it stands by its day, or at the end.
            place = visits[by].fillna(np.inf)
            return True, list(visits.assign(at=place).sort_values(["at", "day"], kind="stable").index)
    return False, sorted(visits.index, key=lambda visit: (_is_after(visit, found), natural(visit)))


def _by_name(visits):
    """Where each visit stands that is called by a day, week, month or year, or as all others but for its numbers; else nothing."""
    times = {visit: A_TIME.fullmatch(visit) or TIME_FIRST.fullmatch(visit) for visit in visits}
    if all(times.values()):
        return {visit: IN_DAYS[time["unit"].lower()] * float(time["many"]) for visit, time in times.items()}
    if len({A_NUMBER.sub("", visit).casefold() for visit in visits}) > 1:
        return {}
    numbers = {visit: tuple(map(float, A_NUMBER.findall(visit))) for visit in visits}
    return {visit: sorted(numbers.values()).index(of) for visit, of in numbers.items()}


def _is_after(visit, found):
    """Whether a visit is neither a baseline nor called as one before it, or as one that nobody planned."""
    others = any(pattern.search(visit) for pattern in (BASELINE, BEFORE, UNPLANNED))
    return not others and not found.baseline[found.visit == visit].any()


def _made(found):
    """The visits that were worked out: called so, or of derived records only."""
    observed = (found.derived == "") | found.derived.isin({"AVERAGE", "MEAN"}) | found.baseline
    names = found.visit.drop_duplicates()
    return set(names[named_like(names, DERIVED)]) | set(names) - set(found.visit[observed])


def _copied(found, order, made):
    """Those, and the visits of records that stand at other visits too."""
    made = set(made)
    moment = dates_or_days(found)
    undated = (moment == "").to_numpy()
    at = found.visit.map({visit: place for place, visit in enumerate(order)}).to_numpy()
    dated, plain = (
        found.assign(moment=moment).groupby(["code", "person", "value", *more], sort=False).ngroup().to_numpy()
        for more in (["moment"], [])
    )
    baseline = found.baseline.to_numpy()
    for place, visit in reversed(list(enumerate(order))):
        here, others = at == place, ~np.isin(at, [place, *(order.index(one) for one in made)])
        all_dated = not undated[here].any()
        if visit in made or baseline[here].any() or here.sum() < 2 or not (all_dated or THE_END.search(visit)):
            continue
        keys = dated if all_dated else plain
        if np.isin(keys[here], keys[others]).all():
            made.add(visit)
    return made


# --- where a measure is tested ----------------------------------------------------------------------------------------


def analysis_visits(trial, kind, wanted=""):
    """At which visit each measure of a kind is tested: a row each, code, parameter, visit, place, people, why_not.

    The visit wanted, else the last planned one that at least half of each cohort reached, of those who have the measure's
    baseline. visit is "" where there is none, and why_not says why. DataError where the visit wanted does not exist.
    """
    found = of_kind(trial, kind)
    after = found[(found.place > 0)]
    if wanted and wanted not in set(after.visit):
        # Files may number their visits each in its own way, so a visit stands where it stands on average.
        visits = list(after.groupby("visit").place.mean().sort_values(kind="stable").index)
        there = f"there are {', '.join(visits[:12])}" if visits else "there is none after baseline"
        raise load.DataError(f"{kind}_visit: no such visit, {wanted}, for these parameters; {there}.")
    rows = []
    for (code, parameter), part in found.groupby(["code", "parameter"], sort=True):
        changed = part[(part.place > 0) & part.change.notna()]
        visit, why = _visit(part, changed, wanted)
        here = changed[changed.visit == visit]
        rows.append((code, parameter, visit, int(here.place.iloc[0]) if visit else 0, here.person.nunique(), why))
    return pd.DataFrame(rows, columns=["code", "parameter", "visit", "place", "people", "why_not"])


def _visit(part, changed, wanted):
    if changed.empty:
        return "", "No value after baseline has a baseline to be set against."
    if wanted:
        return (wanted, "") if (changed.visit == wanted).any() else ("", f"It has no change at the visit {wanted}.")
    planned = changed[changed.scheduled.astype(bool)]
    if planned.empty:
        return "", "No planned visit after baseline has a place that is known."
    with_baseline = part[part.start.notna()].groupby("cohort").person.nunique()
    reached = planned.groupby(["place", "visit", "cohort"]).person.nunique().unstack(fill_value=0)
    reached = reached.reindex(columns=with_baseline.index, fill_value=0)
    enough = reached[(2 * reached >= with_baseline).all(axis=1)]
    return (enough.index[-1][1], "") if len(enough) else ("", "No planned visit was reached by half of each cohort.")
