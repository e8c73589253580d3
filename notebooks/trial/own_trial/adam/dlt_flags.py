"""Which harm limits the dose in somebody's own trial: by the flags of the files, else by terms and a window of days."""

from dataclasses import dataclass

import pandas as pd

from trial import load, words
from trial.own_trial.adam.columns import column, first_filled, flag
from trial.own_trial.adam.event_flags import comparable


@dataclass(frozen=True)
class Definition:
    """What says which harm limits the dose. terms: as they are compared, () where flags say it; by: in words, "" for nothing."""

    terms: tuple
    days: int
    by: str


def definition(found, people, terms, days, note):
    """What says which harm limits the dose. found: tables by name; people: `Listed.harm`.

    DataError: terms, and no file of events that could hold them.
    """
    flags = people.dlt.notna().any() or bool(first_filled(found["adae"], "DLTFL") if "adae" in found else "")
    terms = [str(term) for term in terms]
    if flags:
        alarm = "The files flag which harm limits the dose (DLTFL), so dlt_terms is not used."
        note("terms of dlt_terms that are not used, since DLTFL says it", len(terms), alarm)
        return Definition((), days, "the flag of the files (DLTFL)")
    if not terms:
        return Definition((), days, "")
    if "adae" not in found:
        raise load.DataError("dlt_terms: there is no file adae, so no event can have such a name.")
    known = tuple(comparable(pd.Series(terms)))
    return Definition(
        known, days, f"the events called {words.listed(terms)} on days 1 to {days} (dlt_terms, dlt_window_days)"
    )


def of_events(adae, found, limiting, note):
    """Whether each event limits the dose: True, False, or missing where its flag or its day does not say."""
    nothing = pd.Series(None, index=adae.index, dtype=object)
    if not limiting.terms:
        return flag(adae.DLTFL) if limiting.by and first_filled(adae, "DLTFL") else nothing
    names = pd.concat([comparable(column(adae, name)) for name in ("AEDECOD", "AETERM")], axis=1)
    absent = [term for term in limiting.terms if not names.eq(term).any(axis=None)]
    named = " or ".join(term.casefold() for term in absent)
    alarm = f"No event is called {named} (dlt_terms); is it spelled as in the files?"
    note("terms of dlt_terms that no event has", len(absent), alarm)
    called = names.isin(limiting.terms).any(axis=1)
    note("events called as in dlt_terms without a day, so not known whether they limit the dose", (called & found.day.isna()).sum())  # fmt: skip
    inside = found.day.between(1, limiting.days).astype(object).mask(found.day.isna(), None)
    return inside.mask(~called, False)


def note_left_out(adae, limiting, note):
    """Tells of events that would limit the dose among those that are not counted, as they are not treatment-emergent."""
    names = [comparable(column(adae, name)).isin(limiting.terms) for name in ("AEDECOD", "AETERM")]
    alarm = "Some events that would limit the dose are not flagged as treatment-emergent, so they are not counted."
    limit = flag(column(adae, "DLTFL")).eq(True) | names[0] | names[1]
    note("events that would limit the dose, left out as not treatment-emergent", limit.sum(), alarm)


def of_people(people, events, limiting, note):
    """The people with dlt: True for a flag or an event that limits the dose, missing where one of both is not known."""
    if not limiting.by:
        return people
    flagged, by_events = people.dlt, pd.Series(None, index=people.index, dtype=object)
    if events is not None and (limiting.terms or events.limiting.notna().any()):
        yes, unknown = (set(events.person[rows]) for rows in (events.limiting.eq(True), events.limiting.isna()))
        by_events = (
            people.person.isin(yes).astype(object).mask(~people.person.isin(yes) & people.person.isin(unknown), None)
        )
    apart = flagged.notna() & by_events.notna() & (flagged != by_events)
    alarm = "Whose harm limited the dose, the list of people and the events say differently; whoever has it in one of them is counted."
    note("people whose dose-limiting harm is another in adsl than in adae; a yes counts", apart.sum(), alarm)
    # Where one of the two is silent about everybody, the other says it; where both speak, a no needs both.
    yes = flagged.eq(True) | by_events.eq(True)
    spoken = [part for part in (flagged, by_events) if part.notna().any()]
    no = (
        pd.concat([part.eq(False) for part in spoken], axis=1).all(axis=1)
        if spoken
        else pd.Series(False, index=people.index)
    )
    dlt = pd.Series(None, index=people.index, dtype=object).mask(yes, True).mask(no & ~yes, False)
    outside = people.dlt_evaluable.eq(False) & dlt.eq(True)
    alarm = "People with dose-limiting harm are flagged as not to be counted for it (DLTEVLFL); they are counted all the same."
    note("people with dose-limiting harm whom DLTEVLFL leaves out; they are counted", outside.sum(), alarm)
    return people.assign(dlt=dlt, dlt_evaluable=people.dlt_evaluable.mask(outside, True))
