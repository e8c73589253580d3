"""Whether the people of a file are those of the list of people."""

import re

from trial import load


def _bare(name):
    """An identifier without what programs change on the way: case, blanks, zeros in front of a number."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"\s+", "", name).casefold())


def meet(name, frame, known, what, note):
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
        bare = {_bare(person) for person in known}
        alike = any(_bare(person) in bare for person in strangers)
        hint = "; they differ only in zeros, case or blanks, so write them alike" if alike else ""
        raise load.DataError(
            f"own_trial: nobody in the file {name} is in the file adsl, so nothing in it can be tied to a person: {name} has "
            f"{strangers[0]}, adsl has {min(known)}{hint}."
        )
    note(
        name,
        f"{what} of people who are not in adsl, left out",
        (~there & named).sum(),
        f"Some {what} in the file {name} belong to people who are not in the list of people (adsl). They are in no count, so "
        "what is counted here can be too low.",
    )
    note(
        name,
        f"{what} without USUBJID, left out",
        (~named).sum(),
        f"Some {what} in the file {name} do not say whose they are. They are in no count, so what is counted here can be too low.",
    )
    return frame[there]
