"""Whether the people of a file are those of the list of people, under the treatment they have there."""

import re

from trial import load
from trial.own_trial.adam.columns import column, normalised


def _bare(name):
    """An identifier without what programs change on the way: case, blanks, zeros in front of a number."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", normalised(name))


def of_listed_people(name, frame, known, what, note):
    """The rows of a file whose people are in adsl. None of them there: DataError; some not: told, in the short answer too.

    frame: with a column USUBJID; known: identifiers of adsl; what: how the rows are called, such as events.
    """
    there = frame.USUBJID.isin(known)
    named = frame.USUBJID != ""
    strangers = frame.USUBJID[~there & named].unique()
    if len(frame) and not named.any():
        raise load.DataError(
            f"own_trial: no row of the file {name} has a USUBJID, so nothing in it can be tied to a person."
        )
    if len(strangers) and not there.any():
        there = {_bare(person) for person in known}
        alike = any(_bare(person) in there for person in strangers)
        hint = "; they differ only in zeros, case or blanks, so write them alike" if alike else ""
        raise load.DataError(
            f"own_trial: nobody in the file {name} is in the file adsl, so nothing in it can be tied to a person: {name} has "
            f"{strangers[0]}, adsl has {min(known)}{hint}."
        )
    note(
        f"{what} of people who are not in adsl, left out",
        (~there & named).sum(),
        f"Some {what} in the file {name} belong to people who are not in the list of people (adsl). They are in no count, so "
        "what is counted here can be too low.",
    )
    note(
        f"{what} without USUBJID, left out",
        (~named).sum(),
        f"Some {what} in the file {name} do not say whose they are. They are in no count, so what is counted here can be too low.",
    )
    return frame[there]


def one_treatment(name, frame, cohort, what, note):
    """Refuses rows under another treatment (TRTA) than that of their person; capitals and blanks make no other.

    cohort: that of each row's person, missing where it has none; what: the rows and their verb, such as "events came".
    Where no row says its treatment and several periods are there, all stand under the first: told, in the short answer too.
    """
    treated, periods = column(frame, "TRTA"), column(frame, "APERIOD")
    other = (treated != "") & cohort.notna() & (treated.map(normalised) != cohort.fillna("").map(normalised))
    rows, verb = what.split()
    if other.any():
        raise load.DataError(
            f"own_trial: {other.sum()} of {len(treated)} {rows} in the file {name} {verb} under another treatment (TRTA) than the one "
            "their person has in adsl, as in a cross-over; this chapter takes each person under one, so give it the files of one period."
        )
    alarm = f"The file {name} tells several periods (APERIOD) and not what was given in each, so all of it stands under the one treatment of adsl."
    silent = (periods != "") & (treated == "")
    note(
        f"{rows} of several periods (APERIOD) without a treatment (TRTA)",
        silent.sum() * (periods[silent].nunique() > 1),
        alarm,
    )
