"""Somebody's own trial: from files in the layout of CDISC ADaM to checked tables and warnings.

The names of the standard stay in the modules it calls; what leaves them speaks plain words and names people by cohort and number.
"""

import inspect

import pandas as pd

from trial import load, parameters
from trial.own_trial import events, measurements, people, visits
from trial.own_trial.layout import SIMULATED, Notes, OwnTrial, column


def read(
    folder,
    seed,
    cohort_order=(),
    treatment_emergent_only=True,
    related_terms=(),
    imaging_parameters=(),
    biomarker_parameters=(),
    control="",
    population="",
    analysis_flag="",
    derived_records=(),
):
    """A trial from the files of `folder` ("" for the simulated example), as OwnTrial.

    `seed` deals out the running numbers, so that they do not follow the order of the files; the rest as in the parameters
    of the report. DataError with one sentence where nothing honest is left to analyse.
    """
    found, unread = load.own_trial(folder)
    note = Notes()
    for name, reason in unread.items():
        if name == "adsl":
            raise load.DataError(f"own_trial: the file adsl cannot be read ({reason}).")
        note(name, f"the file cannot be read, left out ({reason})", 1)
    if "adsl" not in found:
        raise load.DataError("own_trial: there is no file adsl, the list of people; every share is out of it.")
    listed = people.people(found["adsl"], seed, cohort_order, population, control, note)
    happened, emergent = events.events(found.get("adae"), listed, treatment_emergent_only, related_terms, note)
    others = {name: frame for name, frame in found.items() if name not in ("adsl", "adae")}
    measured = measurements.measures(others, listed, analysis_flag, derived_records, note)
    if measured is not None:
        measured = measurements.kinds(measured, list(imaging_parameters), list(biomarker_parameters))
    elif list(imaging_parameters) + list(biomarker_parameters):
        raise load.DataError("imaging_parameters and biomarker_parameters: no file of measurements was found.")
    return OwnTrial(
        people=listed.harm,
        compared=listed.compared,
        events=happened,
        measures=measured,
        warnings=pd.DataFrame(note.rows, columns=["file", "warning", "count"]),
        left_out=pd.DataFrame(note.left_out, columns=["file", "parameter", "visit", "why"]),
        alarms=tuple(dict.fromkeys(note.alarms)),
        simulated=bool((column(found["adsl"], "STUDYID") == SIMULATED).all()),
        emergent=emergent,
        order_known=listed.order_known,
        control=listed.control,
        populations=listed.populations,
    )


def check(values):
    """DataError in one sentence where the parameters of the report name a trial that cannot be analysed."""
    options = [name for name in inspect.signature(read).parameters if name not in ("folder", "seed")]
    named = [*options, "own_trial", "imaging_visit", "biomarker_visit"]
    if not parameters.chosen(**{name: values[name] for name in named}):
        return  # the example that ships, as it ships: a test holds it
    trial = read(values["own_trial"], values["seed"], **{name: values[name] for name in options})
    for kind in ("imaging", "biomarker"):
        visits.tested(trial, kind, values[f"{kind}_visit"])
