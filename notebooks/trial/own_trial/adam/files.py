"""Somebody's own trial: from files in the layout of CDISC ADaM to checked tables and warnings.

The names of the standard stay in the modules it calls; what leaves them speaks plain words and names people by cohort and number.
"""

import inspect
import re

import pandas as pd

from trial import load, parameters, words
from trial.own_trial import counts_file, privacy
from trial.own_trial.adam import dlt_flags, events, formats, measurements, people, person_details, visits
from trial.own_trial.adam.columns import SIMULATED, Notes, column, enumerated, first_filled
from trial.own_trial.trial_data import OwnTrial

# Columns that mean something here; others are only looked at for rows that repeat one another.
WANTED = re.compile(
    r"STUDYID|USUBJID|TRT(\d\d)?[AP]N?|\w+FL|AETRTEM|DOSE?(\d\d)?[AP]?U?|TRTDURD|TRTSDTM?|DTH\w+|DCSREAS|DCDECOD|EOSSTT|AGE|SEX|\w+BL|BL[^\WAEIOU]\w*|SHIFT1|A?B?NRIND|"
    r"AE(DECOD|TERM|BODSYS|SOC|SEV|TOXGR|SER|REL|OUT|ACN|SDTH|STDTC|STDY)|AST(DY|DTM?)|APERIOD|PARCAT\d*|"
    r"PARAM(CD|U)?|AVAL[CU]?|BASE|BASETYPE|CHG|DTYPE|AVISITN?|ATPT|ADY|ADTM?|AWTARGET|AWTDIFF|[A-Z]{2}(ST|OR)RESU|UNITS?"
)
NEEDED = ("adsl", "adae")
WHEN = ("ASTDY", "AESTDY", "ASTDT", "ASTDTM", "AESTDTC")
BLURRED = (
    "Some rows of the file adae are alike in every column, and none says when it was; each counts once, so there may have been more "
    "events than are counted. The numbers of people do not change by it."
)


def read(
    folder,
    seed,
    *,
    cohort_order=(),
    treatment_emergent_only=True,
    related_terms=(),
    imaging_parameters=(),
    biomarker_parameters=(),
    control="",
    population="",
    analysis_flag="",
    derived_records=(),
    dlt_terms=(),
    dlt_window_days=28,
):
    """A trial from the files of `folder` ("" for the simulated example), as OwnTrial.

    `seed` deals out the running numbers; the rest as in the parameters of the report. DataError where nothing is left to analyse.
    """
    notes = Notes()
    found, of_people, of_events = _tables(folder, notes), notes.of("adsl"), notes.of("adae")
    listed = people.people(found["adsl"], seed, cohort_order, population, control, of_people)
    limiting = dlt_flags.definition(found, listed.harm, dlt_terms, dlt_window_days, of_events)
    happened, emergent = events.events(
        found.get("adae"), listed, treatment_emergent_only, related_terms, limiting, of_events
    )
    person_details.note_deaths(listed.harm, happened, of_people)
    limited = dlt_flags.of_people(listed.harm, happened, limiting, of_people)
    others = {name: frame for name, frame in found.items() if name not in ("adsl", "adae")}
    measured = measurements.measures(others, listed, analysis_flag, derived_records, notes)
    if measured is not None:
        measured = measurements.kinds(measured, list(imaging_parameters), list(biomarker_parameters))
    elif list(imaging_parameters) + list(biomarker_parameters):
        raise load.DataError("imaging_parameters and biomarker_parameters: no file of measurements was found.")
    return OwnTrial(
        people=limited,
        compared=listed.compared,
        events=happened,
        measures=measured,
        warnings=_warnings(found, notes),
        alarms=tuple(dict.fromkeys(notes.alarms)),
        simulated=bool((column(found["adsl"], "STUDYID") == SIMULATED).all()),
        emergent=emergent,
        order_known=listed.order_known,
        control=listed.control,
        populations=listed.populations,
        baseline=listed.baseline,
        dlt_by=limiting.by,
    )


def _tables(folder, notes):
    """The tables in a folder by name; what cannot be read is told, and refused where it is the list of people."""
    found, unread, places = {}, {}, {}
    for path in load.own_trial(folder):
        name = path.stem.lower()
        if formats.ending(path) not in formats.READ or not path.is_file():
            what = "folder" if path.is_dir() else "file"
            notes.of(path.name)(
                f"a {what} of this kind is not read; write it as CSV, XPT, SAS7BDAT, XLSX or Dataset-JSON", 1
            )
            if path.is_file() and name in NEEDED:
                unread[name] = "a file of this kind is not read"
            continue
        if name in places:
            raise load.DataError(f"own_trial: {name} is there twice; keep one of the two files.")
        places[name] = path
        try:
            for table, (frame, warnings) in formats.table(path, WANTED).items():
                if table in found:
                    raise load.DataError(f"own_trial: {table} is there twice; keep one of the two files.")
                found[table] = frame
                for warning, many in warnings.items():
                    blurred = table == "adae" and warning == formats.REPEATED and not first_filled(frame, *WHEN)
                    notes.of(table)(warning, many, BLURRED * blurred)
        except (ValueError, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            unread[name] = reason.splitlines()[0].replace(str(path), path.name).rstrip(".")
            notes.of(name)(f"the file cannot be read, left out ({unread[name]})", 1)
    if "adsl" in unread:
        raise load.DataError(f"own_trial: the file adsl cannot be read ({unread['adsl']}).")
    if not found and not unread:
        raise load.DataError(
            f"own_trial: nothing in the folder can be read; it needs files that end in {words.listed(formats.READ)}."
        )
    if "adsl" not in found:
        there = words.listed(sorted(set(found) | set(unread)))
        raise load.DataError(
            "own_trial: there is no file adsl, the list of people (one row each, with USUBJID and TRT01A); every share is out of it. "
            f"The folder has {there}; what a file and its columns must be called stands in data/README.md, “A trial of your own”."
        )
    for name in sorted(set(unread) - set(found)):
        notes.alarms.append(f"The file {name} was not read ({unread[name]}), so nothing here rests on it.")
    return found


def _warnings(found, notes):
    """What came up, and at the end which columns of each table were not read: file, warning, count."""
    for name, frame in found.items():
        unread = frame.attrs.get("unread", ())
        notes.of(name)(f"columns that mean nothing here and were not read: {enumerated(unread)}", len(unread))
    return pd.DataFrame(notes.rows, columns=["file", "warning", "count"])


def check(values):
    """DataError in one sentence where the parameters of the report name a trial that cannot be analysed."""
    options = [name for name in inspect.signature(read).parameters if name not in ("folder", "seed")]
    named = [*options, "own_trial", "imaging_visit", "biomarker_visit", "smallest_cell"]
    if counts_file.named(values["own_trial"]):
        return counts_file.check(values, [name for name in named if name != "own_trial"])
    if not parameters.chosen(**{name: values[name] for name in named}):
        return  # the example that ships, as it ships: a test holds it
    trial = read(values["own_trial"], values["seed"], **{name: values[name] for name in options})
    for kind in ("imaging", "biomarker"):
        visits.analysis_visits(trial, kind, values[f"{kind}_visit"])
    privacy.together(trial, values["smallest_cell"])
