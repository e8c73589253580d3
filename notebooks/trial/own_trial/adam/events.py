"""The events of somebody's own trial, from the file adae."""

import pandas as pd

from trial import load
from trial.own_trial.adam import dlt_flags, event_flags, identities
from trial.own_trial.adam.columns import (
    column,
    dated,
    first_filled,
    flag,
    number,
    on_two_scales,
    spelled_alike,
    study_day,
)
from trial.own_trial.trial_data import NOT_RECORDED

NO_EVENT = r"(?i)none|nil|-+|no (?:adverse |side )?(?:ae|event|effect|reaction|complaint)s?(?: reported| occurred)?|no adverse \w+"


def events(adae, listed, emergent_only, related_terms, limiting, note):
    """The events that are counted, None without a file of events, and whether they are only those under treatment.

    adae: frame of text; listed: the people; limiting: `dlt_flags.Definition`. DataError where no event can be tied to a person, or to a treatment.
    """
    if adae is None:
        _nothing_explained(related_terms)
        return None, emergent_only
    if "USUBJID" not in adae or not {"AEDECOD", "AETERM"} & set(adae):
        note(
            "no column USUBJID, or neither AEDECOD nor AETERM, so the file is left out",
            1,
            "The file adae could not be used, so nothing is said about harm.",
        )
        _nothing_explained(related_terms)
        return None, emergent_only
    chosen = event_flags.related_words(adae, related_terms)
    adae = identities.of_listed_people("adae", _happened(adae, note), listed.known, "events", note)
    people = listed.harm.set_index("person")
    outside = ~adae.USUBJID.map(listed.known).isin(people.index)
    note("events of people who are not in the population, left out", outside.sum())
    adae = adae[~outside]
    before = adae
    adae, emergent = _emergent(adae, emergent_only, note)
    dlt_flags.note_left_out(before.drop(adae.index), limiting, note)
    person = adae.USUBJID.map(listed.known).astype(int)
    cohort = person.map(people.cohort)
    identities.one_treatment("adae", adae, cohort, "events came", note)
    found = pd.DataFrame(
        {
            "cohort": cohort,
            "person": person,
            "system_organ_class": _named(adae, "AEBODSYS", "AESOC", "groups", note),
            "term": _named(adae, "AEDECOD", "AETERM", "terms", note),
            "day": _days(adae, person, listed, note),
        }
    ).join(event_flags.all_flags(adae, chosen, note))
    found["limiting"] = dlt_flags.of_events(adae, found, limiting, note)
    _note_events(adae, found, listed.harm, note)
    return found.reset_index(drop=True), emergent


def _emergent(adae, emergent_only, note):
    """The events under treatment, and whether they are known to be only those."""
    name = first_filled(adae, "TRTEMFL", "AETRTEM")
    if not emergent_only:
        return adae, False
    if not name:
        note("events without a treatment-emergent flag, so all are counted", len(adae))
        return adae, False
    emergent = flag(adae[name])  # a gap beside a written no is none: such an event counts
    note("events not flagged as treatment-emergent, left out", emergent.eq(False).sum())
    note(f"events for which {name} says neither yes nor no, counted as treatment-emergent", emergent.isna().sum())
    return adae[~emergent.eq(False)], True


def _happened(adae, note):
    """The rows that tell of an event: some forms have one that says there was none."""
    coded, reported = column(adae, "AEDECOD"), column(adae, "AETERM")
    none = coded.mask(coded == "", reported).str.fullmatch(NO_EVENT)
    note("rows that say there was no event (such as NONE), which are none", none.sum())
    return adae[~none]


def _days(adae, person, listed, note):
    """The day of each event: as recorded, else from its date and that of the first treatment."""
    day = number(column(adae, first_filled(adae, "ASTDY", "AESTDY")))
    date, start = dated(adae, "ASTDT", "ASTDTM", "AESTDTC")[0], pd.to_datetime(person.map(listed.started))
    worked_out = study_day(date, start)
    note(
        "events whose date is a number and the day of the first treatment is not, or the other way: no day is worked out",
        (day.isna() & on_two_scales(date, start)).sum(),
    )
    note(
        "events whose day is worked out from their date and that of the first treatment",
        (day.isna() & worked_out.notna()).sum(),
    )
    return day.fillna(worked_out)


def _named(adae, coded, reported, what, note):
    """Names as coded, else as reported, else not recorded; what was taken is told."""
    names, else_names = column(adae, coded), column(adae, reported)
    taken = (names == "") & (else_names != "")
    note(f"events with {what} as reported ({reported}), for want of coded ones ({coded})", taken.sum())
    names, other = spelled_alike(names.mask(taken, else_names))
    note(f"events whose {what} are written with other capitals or blanks elsewhere, taken as one", other)
    note(f"events without {what}", (names == "").sum() if what == "terms" else 0)
    return names.mask(names == "", NOT_RECORDED)


def _nothing_explained(related_terms):
    if list(related_terms):
        raise load.DataError("related_terms: no file of events could be used, so there is no word to explain.")


# --- what to check ----------------------------------------------------------------------------------------------------


def _note_events(adae, found, people, note):
    note("events without a start day", found.day.isna().sum())
    date = column(adae, "AESTDTC")
    note("events with a partial start date", ((date != "") & (date.str.len() < 10)).sum())
    note("people without any event, counted in every denominator", len(people) - found.person.nunique())
