"""The events of somebody's own trial, from the file adae."""

import pandas as pd

from trial import load
from trial.own_trial import identities
from trial.own_trial.layout import (
    ASKED,
    ENDED,
    GRADES,
    LEFT,
    NO,
    NOT_RECORDED,
    NOT_RELATED,
    RELATED,
    STAYED,
    YES,
    column,
    first_filled,
    flag,
    number,
)


def events(adae, listed, emergent_only, related_terms, note):
    """The events that are counted, None without a file of events, and whether they are only those under treatment.

    adae: frame of text; listed: the people. DataError where no event can be tied to a person, or to a treatment.
    """
    if adae is None:
        _nothing_explained(related_terms)
        return None, emergent_only
    if "USUBJID" not in adae or not first_filled(adae, "AEDECOD", "AETERM") and len(adae):
        note(
            "adae",
            "no column USUBJID, or neither AEDECOD nor AETERM, so the file is left out",
            1,
            "The file adae could not be used, so nothing is said about harm.",
        )
        _nothing_explained(related_terms)
        return None, emergent_only
    adae = identities.meet("adae", adae, listed.known, "events", note)
    people = listed.harm.set_index("person")
    outside = ~adae.USUBJID.map(listed.known).isin(people.index)
    note("adae", "events of people who are not in the population, left out", outside.sum())
    adae = adae[~outside]
    adae, emergent = _emergent(adae, emergent_only, note)
    person = adae.USUBJID.map(listed.known).astype(int)
    cohort = person.map(people.cohort)
    _one_treatment(adae, cohort)
    severity, toxicity = (column(adae, name).str.upper().map(GRADES) for name in ("AESEV", "AETOXGR"))
    fatal = flag(column(adae, "AEOUT"), {"FATAL", "DEATH"}, ENDED)
    death = (severity == 5) | (toxicity == 5) | column(adae, "AESDTH").str.upper().isin(YES)
    fatal = fatal.mask(death, True)
    grade = pd.concat([severity, toxicity, fatal.eq(True).map({True: 5.0})], axis=1).max(axis=1)
    note("adae", "events whose severity (AESEV), grade (AETOXGR) and outcome do not agree; the worst counts", _apart(severity, toxicity, fatal).sum())  # fmt: skip
    severe = pd.Series(None, index=adae.index, dtype=object).mask(grade >= 3, True).mask(grade < 3, False)
    found = pd.DataFrame(
        {
            "cohort": cohort,
            "person": person,
            "system_organ_class": _named(adae, "AEBODSYS", "AESOC", "groups", note),
            "term": _named(adae, "AEDECOD", "AETERM", "terms", note),
            "day": number(column(adae, "ASTDY")),
            "grade": grade,
            "serious": flag(column(adae, "AESER"), YES, NO),
            "related": _related(column(adae, "AEREL"), related_terms, note),
            "severe": severe,
            "fatal": fatal,
            "withdrawn": flag(column(adae, "AEACN"), LEFT, STAYED),
        }
    )
    _note_events(adae, found, listed.harm, note)
    return found.reset_index(drop=True), emergent


def _emergent(adae, emergent_only, note):
    """The events under treatment, and whether they are known to be only those."""
    name = first_filled(adae, "TRTEMFL", "AETRTEM")
    if not emergent_only:
        return adae, False
    if not name:
        note("adae", "events without a treatment-emergent flag, so all are counted", len(adae))
        return adae, False
    words = adae[name].str.upper()
    # An empty flag means no where only yes is ever written; beside a written no, it is a gap.
    no = words.isin(NO) | ((words == "") & ~words.isin(NO).any())
    kept = ~no
    note("adae", "events not flagged as treatment-emergent, left out", no.sum())
    unsure = kept & ~words.isin(YES)
    note("adae", f"events for which {name} says neither yes nor no, counted as treatment-emergent", unsure.sum())
    return adae[kept], True


def _one_treatment(adae, cohort):
    """Refuses events under another treatment than the one their person stands under."""
    name = first_filled(adae, "TRTA")
    other = (adae[name] != "") & (adae[name] != cohort) if name else pd.Series(False, index=adae.index)
    if other.any():
        raise load.DataError(
            f"own_trial: {other.sum()} of {len(adae)} events in the file adae came under another treatment (TRTA) than the one "
            "their person has in adsl, as in a cross-over; this chapter takes each person under one, so give it the files of one period."
        )


def _named(adae, coded, reported, what, note):
    """Names as coded, else as reported, else not recorded; what was taken is told."""
    names, else_names = column(adae, coded), column(adae, reported)
    taken = (names == "") & (else_names != "")
    note("adae", f"events with {what} as reported ({reported}), for want of coded ones ({coded})", taken.sum())
    names = names.mask(taken, else_names)
    note("adae", f"events without {what}", (names == "").sum() if what == "terms" else 0)
    return names.mask(names == "", NOT_RECORDED)


def _apart(severity, toxicity, fatal):
    differ = severity.notna() & toxicity.notna() & (severity != toxicity)
    return differ | (fatal.eq(True) & ((severity < 5) | (toxicity < 5)))


# --- cause ------------------------------------------------------------------------------------------------------------


def _nothing_explained(related_terms):
    if list(related_terms):
        raise load.DataError("related_terms: no file of events could be used, so there is no word to explain.")


def _related(words, related_terms, note):
    """Whether events were related: by the words asked for, else by those in common use. Codes stay not recorded until
    related_terms explains them: 1 means related in one trial and not related in the next."""
    words = words.str.upper()
    coded = words.str.fullmatch(r"[-+]?\d+(\.0*)?")
    chosen = {str(term).strip().upper() for term in related_terms}
    there = list(dict.fromkeys(words[words != ""]))
    strange = sorted(chosen - set(there))
    if strange:
        named = f"there are {', '.join(there[:12])}" if there else "it is empty there"
        raise load.DataError(f"related_terms: no event has the word {strange[0]} in AEREL; {named}.")
    if not chosen:
        note(
            "adae",
            "events whose cause (AEREL) is a code, not a word; not recorded until related_terms names the codes that mean related",
            coded.sum(),
            "The cause of events is given as codes (AEREL), which mean something else in each trial, so it counts as not "
            "recorded until related_terms says which codes mean related.",
        )
        return flag(words, RELATED, NOT_RELATED)
    no = (NOT_RELATED | RELATED) - chosen
    if any(term in set(words[coded]) for term in chosen):
        no |= set(words[coded]) - chosen
    return flag(words, chosen, no)


# --- what to check ----------------------------------------------------------------------------------------------------


def _note_events(adae, found, people, note):
    said = {"related": "related to the treatment", "withdrawn": "followed by leaving the treatment"}
    for name, columns in ASKED.items():
        missing = found[name].isna()
        if len(found) and missing.all():
            note("adae", f"{columns} is missing, empty or in words not known here: not recorded which events were {said.get(name, name)}", len(found))  # fmt: skip
        else:
            note("adae", f"events for which it is not recorded whether they were {said.get(name, name)}", missing.sum())
    note("adae", "fatal events not flagged serious", (found.fatal.eq(True) & ~found.serious.eq(True)).sum())
    note("adae", "events without a start day", found.day.isna().sum())
    date = column(adae, "AESTDTC")
    note("adae", "events with a partial start date", ((date != "") & (date.str.len() < 10)).sum())
    note("adae", "people without any event, counted in every denominator", len(people) - found.person.nunique())
    dead = set(people.person[people.died.eq(True)])
    fatal = set(found.person[found.fatal.eq(True)])
    note(
        "adsl",
        "deaths in adsl that no fatal event accounts for",
        len(dead - fatal),
        "The list of people (adsl) holds deaths that no fatal event accounts for.",
    )
    alive = set(people.person[people.died.eq(False)])
    note("adsl", "people with a fatal event whom adsl does not list as dead", len(fatal & alive))
