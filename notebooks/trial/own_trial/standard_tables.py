"""The tables that a report of a small trial always holds, from its files: the start, the end, events by sort, listings, shifts.

All but `by_sort` tell of single people or of a few, so they are made only where small numbers may be shown.
"""

from dataclasses import replace
from functools import partial

import pandas as pd

from trial import words
from trial.own_trial import event_counts, frames
from trial.own_trial.trial_data import NOT_RECORDED, crossed

LEFT = "left early"
SORTS = {  # of events, each with a table by group and term
    "serious": "Serious",
    "related": "Related to the treatment",
    "severe": "Grade 3 and more",
    "withdrawn": "Led to withdrawal",
}


# --- how people began -------------------------------------------------------------------------------------------------


def at_start(trial):
    """What people brought: measure, level ("" for a number), cohort, n (people with a value), mean, sd, median, minimum, maximum,
    people (at that level), denominator, decimals."""
    both = trial.with_total_rows(trial.baseline)
    keys = ["measure", "level", "cohort"]
    numeric = both[both.number.notna()].assign(level="")
    made = numeric.groupby(keys, sort=False).number
    made = made.agg(n="size", mean="mean", sd="std", median="median", minimum="min", maximum="max").reset_index()
    made["decimals"] = made.measure.map(numeric.groupby("measure").number.agg(words.decimals))
    levels = both[both.text != ""].rename(columns={"text": "level"})
    counted = levels.groupby(keys).size().rename("people").reset_index()
    parts = [crossed(part, keys[:2], trial.sizes, gaps) for part, gaps in ((counted, {"people": 0}), (made, {"n": 0}))]
    columns = [*keys, "n", "mean", "sd", "median", "minimum", "maximum", "people", "denominator", "decimals"]
    found = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=columns)], ignore_index=True)
    found["denominator"] = found.cohort.map(trial.sizes)
    place = {name: at for at, name in enumerate(trial.baseline.measure.unique())}
    return found.sort_values("measure", key=lambda names: names.map(place), kind="stable").reindex(columns=columns)


def _began(denominator, people, n, mean, sd, median, minimum, maximum, decimals):
    if pd.notna(people):
        return frames.counted(denominator, people)
    if not n or pd.isna(n):
        return NOT_RECORDED
    digits = words.whole(decimals)
    spread = "" if pd.isna(sd) else f" (SD {words.number(sd, digits)})"
    return f"{words.number(mean, digits)}{spread}; {words.plain(median)}, {words.between(minimum, maximum, words.plain)} [{words.number(n)}]"


def start_columns(trial):
    """How `at_start` reads, one row a measure or level."""
    # The size of the cohort leads: a cell whose first value is missing would stay empty.
    fields = ("denominator", "people", "n", "mean", "sd", "median", "minimum", "maximum", "decimals")
    return {"At the start": (("measure", "level"), _level)} | frames.cohort_columns(trial, fields, _began)


def _level(measure, level):
    return f"{measure}: {level}" if level else measure


# --- how people ended -------------------------------------------------------------------------------------------------


def disposition(trial):
    """How people ended, as far as the files say: what, cohort, people, denominator. Reasons stand under those who left early.

    No rows where nothing is recorded (neither EOSSTT nor DCSREAS, and no deaths).
    """
    people, rows = trial.people, {}
    ended, reason = people.ended, people.reason
    if (ended != "").any():
        for status in sorted(set(ended), key=lambda status: (status == "", status != "completed", status)):
            rows[("ended", status or NOT_RECORDED)] = ended == status
    left = (reason != "") & (reason != "completed")
    for why in sorted(set(reason[left])):
        rows[("why", why)] = reason == why
    if people.died.notna().any():
        rows[("died", "")] = people.died.eq(True)
    made = [
        (*row, cohort, many, trial.sizes[cohort])
        for row, inside in rows.items()
        for cohort, many in trial.count(people[inside]).items()
    ]
    return pd.DataFrame(made, columns=["sort", "what", "cohort", "people", "denominator"])


def _ended(sort, what):
    if sort == "died":
        return "Died, by the list of people"
    return f"Reason: {what}" if sort == "why" else words.sentence(what)


def ended_columns(trial):
    """How `disposition` reads."""
    fields = ("people", "denominator")
    counted = frames.cohort_columns(trial, fields, lambda people, of: frames.counted(of, people))
    return {"How the study ended": (("sort", "what"), _ended)} | counted


# --- events -----------------------------------------------------------------------------------------------------------


def by_sort(trial):
    """People and events by group and term for each sort of event (SORTS): sort, then as `event_counts.event_table`.

    A sort of which nothing is recorded, or that no event is of, has no rows.
    """
    parts = []
    for flag in SORTS if trial.events is not None else ():
        of_sort = trial.events[trial.events[flag].eq(True)]
        if len(of_sort):
            parts.append(event_counts.event_table(replace(trial, events=of_sort)).assign(sort=flag))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["sort"])


def sort_columns(trial):
    """How `by_sort` reads, one row a sort, group and term."""

    def event(group, term):
        return words.sentence(term) if term else f"{words.sentence(group)}: any"

    counted = frames.cohort_columns(trial, ("denominator", "people", "events"), frames.counted)
    return {"Sort": ("sort", SORTS.get), "Event": (tuple(frames.TERM), event)} | counted


def listing(trial):
    """Serious events, deaths, and withdrawals, one row each: why, cohort, number, term, day, grade, related.

    Deaths that no event accounts for, and people who left early, come from the list of people; term then says the reason.
    """
    parts, numbers = [], trial.people[["person", "number"]]
    columns = ["why", "cohort", "number", "term", "day", "grade", "related"]
    events = (
        trial.events if trial.events is not None else pd.DataFrame(columns=["person", "serious", "fatal", "withdrawn"])
    )
    for flag, why in (("serious", "serious event"), ("fatal", "death"), ("withdrawn", "event that led to withdrawal")):
        parts.append(events[events[flag].eq(True)].assign(why=why).merge(numbers, on="person"))
    fatal = set(events.person[events.fatal.eq(True)])
    dead = trial.people[trial.people.died.eq(True) & ~trial.people.person.isin(fatal)]
    parts.append(dead.assign(why="death", term="no event accounts for it", day=dead.death_day))
    left = trial.people[
        ~trial.people.ended.isin(["", "completed", "ongoing"]) | ~trial.people.reason.isin(["", "completed"])
    ]
    parts.append(left.assign(why=LEFT, term=left.reason.mask(left.reason == "", NOT_RECORDED)))
    order = {why: at for at, why in enumerate(("death", "serious event", "event that led to withdrawal", LEFT))}
    made = pd.concat([part.reindex(columns=columns) for part in parts if len(part)] or [pd.DataFrame(columns=columns)])
    place = {cohort: at for at, cohort in enumerate(trial.cohorts)}
    at = made.assign(a=made.why.map(order), b=made.cohort.map(place))
    return at.sort_values(["a", "b", "number", "day", "term"], ignore_index=True)[columns]


def _told(why, value, form):
    """A cell of the list; whoever left early has no day, grade or cause of an event."""
    return form(value) if pd.notna(value) else "" if why == LEFT else NOT_RECORDED


LISTING = {
    "Listed as": ("why", words.sentence),
    "Person": (("cohort", "number"), lambda cohort, number: f"{cohort}, {words.number(number)}"),
    "What happened": ("term", words.sentence),
    "Day": (("why", "day"), partial(_told, form=words.number)),
    "Grade": (("why", "grade"), partial(_told, form=words.number)),
    "Related": (("why", "related"), partial(_told, form=lambda related: "yes" if related else "no")),
}


# --- laboratory shifts ------------------------------------------------------------------------------------------------


SHIFT = ["parameter", "visit", "before", "after"]


def shifts(trial, kinds):
    """People by where a measure stood by its normal range at baseline and at its visit: parameter, visit, before, after, cohort,
    people, denominator (of the cohort, with both known). No rows where no range is recorded. kinds: `changes.Tested`."""
    keys, visits = SHIFT, pd.concat([kind.visits[["code", "visit"]] for kind in kinds])
    columns = [*keys, "cohort", "people", "denominator"]
    if trial.measures is None:
        return pd.DataFrame(columns=columns)
    known = trial.measures[
        (trial.measures.from_range != "") & (trial.measures.to_range != "") & (trial.measures.place > 0)
    ]
    known = known.merge(visits, on=["code", "visit"]).rename(columns={"from_range": "before", "to_range": "after"})
    known = trial.with_total_rows(known)
    if known.empty:
        return pd.DataFrame(columns=columns)
    counted = known.groupby([*keys, "cohort"]).size().rename("people").reset_index()
    made = crossed(counted, keys, trial.with_total(trial.arms), {"people": 0})
    sizes = known.groupby(["parameter", "visit", "cohort"]).size().rename("denominator").reset_index()
    made = made.merge(sizes, how="left").fillna({"denominator": 0})
    return made.astype({"people": int, "denominator": int})[columns]


def shift_columns(trial):
    """How `shifts` reads, one row a measure and a shift."""
    heads = {"Measure": "parameter", "Visit": "visit", "From": "before", "To": "after"}
    return heads | frames.cohort_columns(trial, ("people", "denominator"), words.count_of, of=trial.arms)


# --- what is not there ------------------------------------------------------------------------------------------------


def rows(trial):
    """The tables that tell of single people or of a few, by name."""
    return {"start": at_start(trial), "ended": disposition(trial), "by_sort": by_sort(trial), "listing": listing(trial)}


def absent(trial, found, smallest):
    """One sentence on what the files do not hold, or on what small numbers keep back; "" where all is there. found: `rows`."""
    if smallest > 1:
        kept = "how people were at the start and how the study ended for them, events by sort and name, lists of single events, and shifts by the normal range"
        return f"\n\nBecause small numbers are not to be shown, {kept} are left out."
    missing = [text for name, text in NAMED.items() if found[name].empty]
    missing += [
        text
        for flag, text in SORTED.items()
        if trial.events is not None and len(trial.events) and trial.events[flag].isna().all()
    ]
    ranges = trial.measures is not None and (trial.measures.to_range != "").any()
    missing += [] if ranges else ["where measures stand by a normal range (ANRIND)"]
    return f"\n\nNot in the files, so not told: {words.listed(missing)}." if missing else ""


NAMED = {
    "start": "how people were at the start (AGE, SEX and the like)",
    "ended": "how the study ended for each (EOSSTT, DCSREAS, DTHFL)",
}
SORTED = {
    "serious": "which events were serious",
    "related": "which were related",
    "severe": "how strong they were",
    "withdrawn": "which led to withdrawal",
}
START = "A number: mean (standard deviation); median, lowest to highest [people with a value]. A group: people (share of the cohort)."
