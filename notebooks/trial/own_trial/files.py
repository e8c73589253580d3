"""Somebody's own trial: from files in the layout of CDISC ADaM to checked tables, warnings and tests.

The names of the standard stay in this module; what leaves it speaks plain words and names people by cohort and number.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trial import load

NOT_RECORDED = "not recorded"
TOTAL = "all"  # the cohort of everyone
SIMULATED = "SIMULATED"  # what STUDYID says in the example that ships
IMAGING_FILES = ("admri", "adim", "adnv", "adxi")  # how files of scans are usually called
DAYS_PER_YEAR = 365.25
FLAGS = ("serious", "related", "severe", "fatal", "withdrawn")

# Words of the standard and those in common use. A word in neither list is not recorded: taking it for a no hides harm.
YES, NO = {"Y", "YES", "1", "TRUE"}, {"N", "NO", "0", "FALSE"}
RELATED = {"RELATED", "POSSIBLE", "POSSIBLY RELATED", "PROBABLE", "PROBABLY RELATED", "DEFINITE", "DEFINITELY RELATED"}
RELATED |= YES | {"CERTAIN", "LIKELY", "PROBABLY", "POSSIBLY", "DEFINITELY"}
NOT_RELATED = NO | {"NOT RELATED", "UNRELATED", "NONE", "UNLIKELY", "UNLIKELY RELATED", "REMOTE", "NOT LIKELY"}
GRADES = {"MILD": 1, "MODERATE": 2, "SEVERE": 3, "LIFE THREATENING": 4, "LIFE-THREATENING": 4, "FATAL": 5, "DEATH": 5}
GRADES |= {form.format(grade): grade for grade in range(1, 6) for form in ("{}", "GRADE {}", "{}.0")}
ASKED = {"serious": "AESER", "related": "AEREL", "severe": "AESEV or AETOXGR", "fatal": "AEOUT", "withdrawn": "AEACN"}
SEVERITY = {1: "mild", 2: "moderate", 3: "severe", 4: "life-threatening", 5: "fatal"}
ENDED = {"RECOVERED", "RESOLVED", "RECOVERED/RESOLVED", "RECOVERING/RESOLVING", "NOT RECOVERED/NOT RESOLVED", "ONGOING"}
ENDED |= {"RECOVERED/RESOLVED WITH SEQUELAE", "RECOVERING", "RESOLVING", "NOT RECOVERED", "NOT RESOLVED"}
STAYED = {"DOSE NOT CHANGED", "DOSE REDUCED", "DOSE INCREASED", "DOSE RATE REDUCED", "DRUG INTERRUPTED", "NONE"}
STAYED |= {"NOT APPLICABLE"}
LEFT = {"DRUG WITHDRAWN", "DRUG DISCONTINUED", "WITHDRAWN", "PERMANENTLY DISCONTINUED"}


@dataclass(frozen=True)
class OwnTrial:
    """A trial as it is analysed, without identifiers.

    people: cohort, person (1..n), number (within the cohort), dose, days. events (None: no file): cohort, person, system_organ_class, term,
    day, grade (1 to 5), flags True, False or missing where not recorded. measures (None: no file): kind (imaging or
    biomarker), code, parameter, visit, place (order of visits, 0 = baseline), person, cohort, value, change.
    """

    people: pd.DataFrame
    events: pd.DataFrame | None
    measures: pd.DataFrame | None
    warnings: pd.DataFrame
    simulated: bool
    emergent: bool  # events are those that began, or got worse, under treatment

    @property
    def cohorts(self):
        return list(dict.fromkeys(self.people.cohort))


def _column(frame, name):
    return frame[name] if name in frame else pd.Series("", index=frame.index)


def _flag(values, yes, no):
    upper = values.str.upper()
    found = pd.Series(None, index=values.index, dtype=object)
    found[upper.isin(yes)] = True
    found[upper.isin(no)] = False
    return found


class _Notes:
    """Warnings as they come up: file, what is amiss, how many."""

    def __init__(self):
        self.rows = []

    def __call__(self, file, warning, count):
        if int(count):
            self.rows.append((file, warning, int(count)))


def read(
    folder,
    seed,
    cohort_order=(),
    treatment_emergent_only=True,
    related_terms=(),
    imaging_parameters=(),
    biomarker_parameters=(),
):
    """A trial from the files of `folder` ("" for the simulated example), as OwnTrial.

    `seed` deals out the running numbers, so that they do not follow the order of the files; the rest as in the parameters
    of the report. DataError with one sentence where nothing honest is left to analyse.
    """
    files, unread = load.own_trial(folder)
    note = _Notes()
    for name, reason in unread.items():
        if name == "adsl":
            raise load.DataError(f"own_trial: the file adsl cannot be read ({reason}).")
        note.rows.append((name, f"the file cannot be read, left out ({reason})", 1))
    people, known = _people(files, seed, cohort_order, note)
    events, emergent = _events(files.get("adae"), people, known, treatment_emergent_only, related_terms, note)
    others = {name: frame for name, frame in files.items() if name not in ("adsl", "adae")}
    measures = _measures(others, people, known, note)
    if measures is not None:
        measures = _kinds(measures, list(imaging_parameters), list(biomarker_parameters))
    elif list(imaging_parameters) + list(biomarker_parameters):
        raise load.DataError("imaging_parameters and biomarker_parameters: no file of measurements was found.")
    warnings = pd.DataFrame(note.rows, columns=["file", "warning", "count"])
    simulated = bool((_column(files["adsl"], "STUDYID") == SIMULATED).all())
    return OwnTrial(people, events, measures, warnings, simulated, emergent)


def check(values):
    """DataError in one sentence where the parameters of the report name a trial that cannot be analysed."""
    named = ("cohort_order", "imaging_parameters", "biomarker_parameters")
    if not any(values[name] for name in ("own_trial", "imaging_visit", "biomarker_visit", *named)):
        return  # the example that ships, as it ships: a test holds it
    names = ("treatment_emergent_only", "related_terms", *named)
    trial = read(values["own_trial"], values["seed"], **{name: values[name] for name in names})
    for kind in ("imaging", "biomarker"):
        visit_of(trial, kind, values[f"{kind}_visit"])


# --- people -----------------------------------------------------------------------------------------------------------


def _listed(files, note):
    """The people of adsl in the safety population, and the name of the column that says their cohort."""

    def refuse(what):
        raise load.DataError(f"own_trial: the file adsl {what}.")

    if "adsl" not in files:
        raise load.DataError("own_trial: there is no file adsl, the list of people; every share is out of it.")
    adsl = files["adsl"]
    names = _column(adsl, "USUBJID")
    if (names == "").all():
        refuse("has no filled column USUBJID, which names each person")
    if (names == "").any():
        refuse("has a row without USUBJID, so it is not known who it is")
    if names.duplicated().any():
        refuse("names a person twice; it needs one row per person")
    cohort = next((name for name in ("TRT01A", "TRTA") if (_column(adsl, name) != "").any()), None)
    if cohort is None:
        refuse("has no filled column TRT01A or TRTA, which names the cohort")
    if "SAFFL" in adsl:
        outside = ~adsl.SAFFL.str.upper().isin(YES)
        note("adsl", "people not in the safety population, left out", outside.sum())
        adsl = adsl[~outside]
        if adsl.empty:
            refuse("has nobody in the safety population (SAFFL)")
    if (adsl[cohort] == "").any():
        refuse(f"has a person without a cohort ({cohort} is empty)")
    if TOTAL in set(adsl[cohort]):
        raise load.DataError(f"own_trial: a cohort is called {TOTAL}, as the tables call everyone; name it otherwise.")
    return adsl, cohort


def _people(files, seed, cohort_order, note):
    adsl, cohort = _listed(files, note)
    dose = next((name for name in ("DOSE01A", "DOSEA") if name in adsl), "")
    doses = pd.to_numeric(_column(adsl, dose), errors="coerce")
    note("adsl", "people without a numeric dose", doses.isna().sum() if dose else 0)
    order = _order(adsl, cohort, doses, [str(name) for name in cohort_order])
    days = pd.to_numeric(_column(adsl, "TRTDURD"), errors="coerce")
    wrong = days <= 0
    note("adsl", "people whose days at risk are not above zero, taken as not recorded", wrong.sum())
    note("adsl", "people without days at risk", days.isna().sum() if "TRTDURD" in adsl else 0)
    # Numbers must not follow the order of the file or of the identifiers: either would lead back to a person.
    ranked = adsl.assign(cohort=adsl[cohort], dose=doses, days=days.where(~wrong), rank=adsl[cohort].map(order.index))
    ranked = ranked.sort_values("USUBJID", kind="stable")
    shuffled = ranked.iloc[np.random.default_rng([seed, len(adsl)]).permutation(len(adsl))]
    shuffled = shuffled.sort_values("rank", kind="stable", ignore_index=True).assign(person=range(1, len(adsl) + 1))
    people = shuffled[["cohort", "person", "dose", "days"]].copy()
    people["number"] = people.groupby("cohort").cumcount() + 1
    note("adsl", "cohorts with one person", (people.cohort.value_counts() == 1).sum())
    return people, dict(zip(shuffled.USUBJID, people.person, strict=True))


def _order(adsl, cohort, doses, wanted):
    found = list(dict.fromkeys(adsl[cohort]))
    if wanted:
        if sorted(wanted) != sorted(found):
            raise load.DataError(
                f"cohort_order must name each cohort once; the file adsl has {', '.join(found[:12])}"
                f"{' and others' if len(found) > 12 else ''}."
            )
        return wanted
    codes = pd.to_numeric(_column(adsl, f"{cohort}N"), errors="coerce")
    for values in (doses, codes):
        if values.notna().all():
            return list(values.groupby(adsl[cohort], sort=False).mean().sort_values(kind="stable").index)
    return found


# --- events -----------------------------------------------------------------------------------------------------------


def _events(adae, people, known, emergent_only, related_terms, note):
    if adae is None or not {"USUBJID", "AEDECOD"} <= set(adae):
        if adae is not None:
            note("adae", "no column USUBJID or AEDECOD, so the file is left out", 1)
        return None, emergent_only
    whole = len(adae)
    adae = adae.drop_duplicates()
    note("adae", "duplicated rows, counted once", whole - len(adae))
    strange = ~adae.USUBJID.isin(known)
    note("adae", "events of people not in adsl or not in its safety population, left out", strange.sum())
    adae = adae[~strange]
    flagged = "TRTEMFL" in adae and bool((adae.TRTEMFL != "").any())
    emergent = emergent_only and flagged
    if emergent:
        early = ~adae.TRTEMFL.str.upper().isin(YES)
        note("adae", "events not flagged as treatment-emergent, left out", early.sum())
        adae = adae[~early]
    elif emergent_only:
        note("adae", "events without a treatment-emergent flag, so all are counted", len(adae))
    person = adae.USUBJID.map(known)
    severity, toxicity = (_column(adae, name).str.upper().map(GRADES) for name in ("AESEV", "AETOXGR"))
    grade = severity.fillna(toxicity)
    outcome = _column(adae, "AEOUT")
    fatal = _flag(outcome, {"FATAL", "DEATH"}, ENDED)
    fatal = fatal.mask((grade == 5) | (toxicity == 5) | _column(adae, "AESDTH").str.upper().isin(YES), True)
    chosen = {str(term).upper() for term in related_terms}
    yes, no = (chosen, (NOT_RELATED | RELATED) - chosen) if chosen else (RELATED, NOT_RELATED)
    severe = pd.Series(None, index=adae.index, dtype=object).mask(grade >= 3, True).mask(grade < 3, False)
    class_ = _column(adae, "AEBODSYS")
    day = pd.to_numeric(_column(adae, "ASTDY"), errors="coerce")
    events = pd.DataFrame(
        {
            "cohort": person.map(people.set_index("person").cohort),
            "person": person,
            "system_organ_class": class_.mask(class_ == "", NOT_RECORDED),
            "term": adae.AEDECOD.mask(adae.AEDECOD == "", NOT_RECORDED),
            "day": day,
            "grade": grade,
            "serious": _flag(_column(adae, "AESER"), YES, NO),
            "related": _flag(_column(adae, "AEREL"), yes, no),
            "severe": severe,
            "fatal": fatal,
            "withdrawn": _flag(_column(adae, "AEACN"), LEFT, STAYED),
        }
    )
    _note_events(adae, events, len(people), note)
    return events.reset_index(drop=True), emergent


def _note_events(adae, events, people, note):
    said = {"related": "related to the treatment", "withdrawn": "followed by leaving the treatment"}
    for name, columns in ASKED.items():
        missing = events[name].isna()
        if len(events) and missing.all():
            note("adae", f"{columns} is missing, empty or in words not known here: not recorded which events were {said.get(name, name)}", len(events))  # fmt: skip
        else:
            note("adae", f"events for which it is not recorded whether they were {said.get(name, name)}", missing.sum())
    note("adae", "fatal events not flagged serious", (events.fatal.eq(True) & ~events.serious.eq(True)).sum())
    note("adae", "events without a term", (adae.AEDECOD == "").sum())
    note("adae", "events without a start day", events.day.isna().sum())
    date = _column(adae, "AESTDTC")
    note("adae", "events with a partial start date", ((date != "") & (date.str.len() < 10)).sum())
    note("adae", "people without any event, counted in every denominator", people - events.person.nunique())


# --- measurements -----------------------------------------------------------------------------------------------------


def _measures(files, people, known, note):
    parts = [part for name, frame in files.items() if (part := _measured(name, frame, known, note)) is not None]
    parts = [part for part in parts if len(part)]
    if not parts:
        return None
    found = pd.concat(parts, ignore_index=True)
    twice = found.drop_duplicates(["file", "code"]).duplicated("code")
    if twice.any():
        note("all", "parameters that stand in more than one file; the first file counts", twice.sum())
        first = found.drop_duplicates("code").set_index("code").file
        found = found[found.file == found.code.map(first)]
    return found.merge(people[["person", "cohort"]], on="person").reset_index(drop=True)


def _measured(name, frame, known, note):
    if not {"USUBJID", "PARAMCD", "AVAL"} <= set(frame):
        note(name, "no column USUBJID, PARAMCD or AVAL, so the file is left out", 1)
        return None
    whole = len(frame)
    frame = frame.drop_duplicates()
    note(name, "duplicated rows, counted once", whole - len(frame))
    baseline = _column(frame, "ABLFL").str.upper().isin(YES)
    flag = _column(frame, "ANL01FL").str.upper()
    if flag.isin(YES).any():
        kept = flag.isin(YES) | baseline
        note(name, "records not flagged for analysis, left out", (~kept).sum())
        frame, baseline = frame[kept], baseline[kept]
    label = _column(frame, "PARAM").mask(lambda text: text == "", frame.PARAMCD)
    number = {c: pd.to_numeric(_column(frame, c), errors="coerce") for c in ("AVAL", "BASE", "CHG", "AVISITN")}
    found = pd.DataFrame(
        {
            "file": name,
            "code": frame.PARAMCD,
            "parameter": label,
            "unit": _column(frame, "AVALU"),
            "visit": _column(frame, "AVISIT"),
            "visit_number": number["AVISITN"],
            "person": frame.USUBJID.map(known),
            "value": number["AVAL"],
            "base": number["BASE"],
            "change": number["CHG"],
            "baseline": baseline,
        }
    )
    note(name, "records of people not in adsl or not in its safety population, left out", found.person.isna().sum())
    note(name, "records without a visit name, left out", (found.visit == "").sum())
    note(name, "records without a parameter code, left out", (found.code == "").sum())
    infinite = found.value.isna() | ~np.isfinite(found.value)
    note(name, "values that are missing or no number, left out", infinite.sum())
    found = found[found.person.notna() & (found.visit != "") & (found.code != "") & ~infinite]
    units, labels = (found.groupby("code")[column].nunique() for column in ("unit", "parameter"))
    mixed = set(units.index[(units > 1) | (labels > 1)])
    note(name, "parameters whose unit or name differs between records, left out", len(mixed))
    found = found[~found.code.isin(mixed)]
    found = found.sort_values("baseline", ascending=False, kind="stable")
    several = found.duplicated(["code", "visit", "person"]) | (
        found.baseline & found[found.baseline].duplicated(["code", "person"]).reindex(found.index, fill_value=False)
    )
    note(name, "further records of the same person, parameter and visit; the first is kept", several.sum())
    found = found[~several].astype({"person": int})
    found["change"] = _changed(name, found, note)
    found["place"] = _places(found)
    return found.drop(columns=["base", "unit", "visit_number"]).sort_index()


def _changed(name, found, note):
    """The change from baseline: of the file, else from its baseline, else from the person's own baseline record."""
    start = found[found.baseline].set_index(["code", "person"]).value
    own = pd.Series(start.reindex(pd.MultiIndex.from_frame(found[["code", "person"]])).to_numpy(), index=found.index)
    worked_out = found.value - found.base.fillna(own)
    apart = (found.change - worked_out).abs() > 1e-6 * found.value.abs().clip(lower=1)
    note(name, "changes that are not value minus baseline; the change in the file counts", (apart & ~found.baseline).sum())  # fmt: skip
    change = found.change.fillna(worked_out).mask(found.baseline, 0.0)
    note(name, "values after baseline without a baseline, not used for change", change.isna().sum())
    return change


def _places(found):
    """The order of the visits of a file: 0 for baseline and what came before, then 1, 2 ... by number or as found."""
    number = found.groupby("visit", sort=False).visit_number.min()
    first = set(found.visit[found.baseline])
    if number.notna().all():
        number = number.sort_values(kind="stable")
        start = max((number[visit] for visit in first), default=-np.inf)
        first |= set(number.index[number < start])
    after = [visit for visit in number.index if visit not in first]
    return found.visit.map({**dict.fromkeys(first, 0), **{visit: at for at, visit in enumerate(after, 1)}})


def _kinds(measures, imaging, biomarker):
    codes = measures.drop_duplicates("code").set_index("code").file
    for name, wanted in (("imaging_parameters", imaging), ("biomarker_parameters", biomarker)):
        strange = [code for code in wanted if code not in codes]
        if strange:
            shown = ", ".join(list(codes.index)[:12])
            raise load.DataError(f"{name}: no file holds the parameter {strange[0]}; there are {shown}.")
    usual = [code for code, file in codes.items() if file.startswith(IMAGING_FILES)]
    scans = imaging or [code for code in usual if code not in biomarker]
    rest = biomarker or [code for code in codes.index if code not in scans]
    both = set(scans) & set(rest)
    if both:
        raise load.DataError(f"imaging_parameters and biomarker_parameters both name {sorted(both)[0]}; name it once.")
    named = measures.drop_duplicates("code")
    shared = named.code[named.parameter.duplicated(keep=False)]
    both_names = (measures.parameter + " (" + measures.code + ")").where(measures.code.isin(shared), measures.parameter)
    measures = measures.assign(parameter=both_names)
    kind = dict.fromkeys(scans, "imaging") | dict.fromkeys(rest, "biomarker")
    kept = measures[measures.code.isin(kind)]
    return kept.assign(kind=kept.code.map(kind)).drop(columns="file").reset_index(drop=True)


def of_kind(trial, kind):
    """The measurements of one kind ("imaging" or "biomarker"); an empty frame where there are none."""
    columns = ["code", "parameter", "visit", "person", "value", "change", "baseline", "place", "cohort", "kind"]
    return pd.DataFrame(columns=columns) if trial.measures is None else trial.measures[trial.measures.kind == kind]


def visit_of(trial, kind, wanted=""):
    """The visit to analyse: the one wanted, else the last for imaging and the first after baseline for biomarkers.

    "" where no change from baseline is known; DataError where the visit wanted does not exist.
    """
    found = of_kind(trial, kind)
    found = found[found.place > 0]
    # Files may number their visits each in its own way, so a visit stands where it stands on average.
    visits = list(found.groupby("visit", sort=False).place.mean().sort_values(kind="stable").index)
    if wanted:
        if wanted not in visits:
            there = f"there are {', '.join(visits[:12])}" if visits else "there is none after baseline"
            raise load.DataError(f"{kind}_visit: no such visit, {wanted}, for these parameters; {there}.")
        return wanted
    changed = set(found.visit[found.change.notna()])
    visits = [visit for visit in visits if visit in changed]
    return "" if not visits else visits[-1] if kind == "imaging" else visits[0]
