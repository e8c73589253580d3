"""Somebody's own trial: from files in the layout of CDISC ADaM to checked tables, warnings and exact tests.

The names of the standard stay in this module; what leaves it speaks plain words and names people by cohort and number.
"""

from dataclasses import dataclass

import pandas as pd

from trial import exact_tests, load

PEOPLE_LIMIT = 40
NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class OwnTrial:
    """people (cohort, person), events (cohort, person, system_organ_class, term, flags), measures, warnings.

    Flags are True, False or None where not recorded; measures: parameter, visit, visit_number, person, value, change.
    """

    people: pd.DataFrame
    events: pd.DataFrame | None
    measures: pd.DataFrame | None
    warnings: pd.DataFrame


NO = {"N", "NO", "NOT RELATED", "UNRELATED", "NONE", "UNLIKELY", "UNLIKELY RELATED", "REMOTE"}
YES_RELATED = {"Y", "YES", "RELATED", "POSSIBLE", "POSSIBLY RELATED", "PROBABLE", "PROBABLY RELATED", "DEFINITE"}


def _flag(frame, column, yes, no=None):
    # A word that is in neither list is not recorded: taking it for a no would hide harm.
    if column not in frame or (frame[column] == "").all():
        return pd.Series([None] * len(frame), index=frame.index, dtype=object)
    upper = frame[column].str.upper()
    return pd.Series(
        [True if t in yes else None if not t or (no and t not in no) else False for t in upper],
        index=frame.index,
        dtype=object,
    )


def read(folder, cohort_order=(), treatment_emergent_only=True):
    """A trial from the files of `folder`, as OwnTrial; load.DataError with one sentence where nothing honest is left."""
    files, notes = load.own_trial(folder), []
    if "adsl" not in files:
        raise load.DataError("There is no file adsl, the list of people; every denominator comes from it.")
    adsl = files["adsl"].reset_index(drop=True)
    if "USUBJID" not in adsl:
        raise load.DataError("adsl has no column USUBJID, which names each person.")
    if adsl.empty or (adsl.USUBJID == "").any():
        raise load.DataError("adsl has no people, or a row without USUBJID.")
    if adsl.USUBJID.duplicated().any():
        raise load.DataError("adsl names a person twice in USUBJID; it needs one row per person.")
    cohort = next((name for name in ("TRT01A", "TRTA") if name in adsl and (adsl[name] != "").all()), None)
    if cohort is None:
        raise load.DataError("adsl has no filled column TRT01A or TRTA, which names the cohort of each person.")
    if "SAFFL" in adsl and (adsl.SAFFL.str.upper() != "Y").any():
        notes.append(
            ("adsl", "people outside the safety population, left out", int((adsl.SAFFL.str.upper() != "Y").sum()))
        )
        adsl = adsl[adsl.SAFFL.str.upper() == "Y"]
        if adsl.empty:
            raise load.DataError("adsl has nobody in the safety population (SAFFL).")
    order = list(cohort_order) or list(dict.fromkeys(adsl[cohort]))
    if set(order) != set(adsl[cohort]) or len(set(order)) != len(order):
        raise load.DataError("cohort_order must name each cohort of adsl once.")
    adsl = adsl.assign(rank=adsl[cohort].map(order.index)).sort_values("rank", kind="stable")
    people = pd.DataFrame({"cohort": adsl[cohort].to_numpy(), "person": range(1, len(adsl) + 1)})
    known = dict(zip(adsl.USUBJID, people.person, strict=True))
    alone = int((people.cohort.value_counts() == 1).sum())
    notes += [("adsl", "cohorts with one person", alone)] * bool(alone)
    events = _events(files.get("adae"), people, known, treatment_emergent_only, notes)
    measures = _measures({k: v for k, v in files.items() if k not in ("adsl", "adae")}, people, known, notes)
    return OwnTrial(people, events, measures, pd.DataFrame(notes, columns=["file", "warning", "count"]))


def _events(adae, people, known, emergent_only, notes):
    if adae is None or not {"USUBJID", "AEDECOD"} <= set(adae):
        notes.append(("adae", "no events that can be read, so nothing is said about them", 0))
        return None

    def note(text, count):
        notes.extend([("adae", text, int(count))] * bool(count))

    note("duplicated rows, counted once", adae.duplicated().sum())
    adae = adae.drop_duplicates()
    strange = ~adae.USUBJID.isin(known)
    note("events of people not in adsl or its safety population, left out", strange.sum())
    adae = adae[~strange]
    if emergent_only and "TRTEMFL" in adae:
        adae = adae[adae.TRTEMFL.str.upper() == "Y"]
    elif emergent_only:
        note("no treatment-emergent flag, so all events count", len(adae))
    person = adae.USUBJID.map(known)
    blank = pd.Series("", index=adae.index)
    grade = adae.get("AETOXGR", blank)
    events = pd.DataFrame(
        {
            "cohort": person.map(people.set_index("person").cohort),
            "person": person,
            "system_organ_class": adae.get("AEBODSYS", blank).replace("", NOT_RECORDED),
            "term": adae.AEDECOD.replace("", NOT_RECORDED),
            "serious": _flag(adae, "AESER", {"Y", "YES"}, NO),
            "related": _flag(adae, "AEREL", YES_RELATED, NO),
            "severe": _flag(adae, "AESEV", {"SEVERE"}) if "AESEV" in adae else _flag(adae, "AETOXGR", {"3", "4", "5"}),
            "fatal": _flag(adae, "AEOUT", {"FATAL"}),
            "withdrawn": _flag(adae, "AEACN", {"DRUG WITHDRAWN"}),
        }
    )
    for column in ("serious", "related", "severe", "fatal", "withdrawn"):
        note(f"events for which it is not recorded whether: {column}", events[column].isna().sum())
    deadly = events.fatal.eq(True) | (grade == "5")
    note("fatal events not flagged serious", (deadly & ~events.serious.eq(True)).sum())
    note("events without a start day", (adae.get("ASTDY", blank) == "").sum())
    note("people without any event, counted in the denominator", len(people) - events.person.nunique())
    return events.reset_index(drop=True)


def _measures(files, people, known, notes):
    parts = []
    for name, frame in files.items():
        if not {"USUBJID", "PARAMCD", "AVAL"} <= set(frame):
            notes.append((name, "not a file of measurements that can be read, left out", len(frame)))
            continue
        whole = len(frame)
        frame = frame.drop_duplicates()
        blank = pd.Series("", index=frame.index)
        number = {c: pd.to_numeric(frame.get(c, blank), errors="coerce") for c in ("AVAL", "BASE", "CHG", "AVISITN")}
        found = pd.DataFrame(
            {
                "parameter": frame.get("PARAM", frame.PARAMCD).where(lambda text: text != "", frame.PARAMCD),
                "visit": frame.get("AVISIT", blank),
                "visit_number": number["AVISITN"],
                "person": frame.USUBJID.map(known),
                "value": number["AVAL"],
                "change": number["CHG"].fillna(number["AVAL"] - number["BASE"]),
                "baseline": frame.get("ABLFL", blank).str.upper() == "Y",
            }
        )
        faults = {
            "duplicated rows, counted once": whole - len(frame),
            "rows of people not in adsl or its safety population, left out": found.person.isna().sum(),
            "visits without a name, left out": (found.visit == "").sum(),
            "values that are no number, left out": found.value.isna().sum(),
        }
        found = found[found.person.notna() & (found.visit != "") & found.value.notna()]
        several = found.duplicated(["parameter", "visit", "person"])
        faults["several records per person and visit, the first is kept"] = several.sum()
        found = found[~several]
        faults["values after baseline without a baseline"] = (found.change.isna() & ~found.baseline).sum()
        if "AVALU" in frame:
            units = frame.groupby("PARAMCD").AVALU.nunique()
            faults["parameters with more than one unit"] = (units > 1).sum()
        notes += [(name, text, int(count)) for text, count in faults.items() if count]
        parts.append(found.assign(person=found.person.astype(int)))
    if not parts:
        return None
    return pd.concat(parts, ignore_index=True).merge(people, on="person")


def event_table(trial):
    """People and events by cohort, class and term: one row each, zeros kept, people once a row; most frequent first."""
    size = trial.people.cohort.value_counts(sort=False)
    keys = ["system_organ_class", "term"]
    counted = trial.events.groupby([*keys, "cohort"]).person.agg(people="nunique", events="size")
    terms = trial.events[keys].value_counts(sort=False).reset_index(name="all_events")
    rows = terms.merge(size.rename_axis("cohort").rename("denominator").reset_index(), how="cross")
    rows = rows.merge(counted.reset_index(), how="left", on=[*keys, "cohort"]).fillna({"people": 0, "events": 0})
    rows = rows.astype({"people": int, "events": int}).sort_values(
        ["all_events", *keys], ascending=[False, True, True], kind="stable"
    )
    return rows[["cohort", *keys, "people", "events", "denominator"]].reset_index(drop=True)


def change_tests(trial, visit, alpha):
    """Exact two-sided tests of the change at one visit, a row per parameter and test, with floor or the reason for none."""
    rows = []
    found = trial.measures[(trial.measures.visit == visit) & ~trial.measures.baseline & trial.measures.change.notna()]
    for parameter, part in found.groupby("parameter", sort=True):
        groups = [part.change[part.cohort == name].tolist() for name in dict.fromkeys(trial.people.cohort)]
        groups = [group for group in groups if group]
        rest = [value for group in groups[:-1] for value in group]
        runs = {
            "signed rank": lambda part=part: exact_tests.signed_rank(part.change, "two", alpha),
            "trend over cohorts": lambda groups=groups: exact_tests.jonckheere(groups, "two", alpha),
            "last cohort against the rest": lambda g=groups, r=rest: exact_tests.two_group_permutation(
                g[-1], r, "two", alpha
            ),
        }
        for name, run in runs.items():
            row = {"parameter": parameter, "visit": visit, "test": name, "people": len(part)}
            try:
                if len(part) > PEOPLE_LIMIT:
                    raise ValueError(f"More than {PEOPLE_LIMIT} people are not counted out exactly here.")
                test = run()
                rows.append({**row, "p_value": test.p_value, "smallest_p": test.smallest_p, "why_not": ""})
            except ValueError as error:
                rows.append({**row, "p_value": None, "smallest_p": None, "why_not": str(error)})
    return pd.DataFrame(rows, columns=["parameter", "visit", "test", "people", "p_value", "smallest_p", "why_not"])
