"""The people of somebody's own trial, from the file adsl: who counts for harm, who for change, in which cohort, in which order."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trial import load
from trial.own_trial.adam import person_details
from trial.own_trial.adam.columns import (
    NO,
    YES,
    column,
    dated,
    enumerated,
    first_filled,
    natural,
    normalised,
    number,
    says_yes,
    study_day,
)
from trial.own_trial.trial_data import TOTAL

NEVER_TREATED = re.compile(
    r"screen(ing)?[ _-]*fail(ure|ures|ed)?|scrn[ _-]*fail|not ?treated|never treated|not ?dosed|nottrt|not assigned|"
    r"notassgn|unassigned|not randomi[sz]ed",
    re.IGNORECASE,
)
DEAD = r"(?i)\b(?:death|died|dead|deceased)\b"
NO_CAUSE = r"(?i)|-+|none|alive|not applicable"  # of death
NOT_DEAD = "The list of people (adsl) gives a day of death for people of whom it says that they did not die (DTHFL); they count as alive."
ALL_DEAD = (
    "The list of people (adsl) gives everybody a day of death, and no flag (DTHFL) says who died, so all count as dead; a day on which "
    "somebody was last seen alive needs another name."
)
A_CONTROL = re.compile(r"(?<![^\W\d_])(?<!-)(placebo|pbo|plb|sham|control|vehicle)(?![^\W\d_]|-)", re.IGNORECASE)
DRAWN = ("RANDFL", "ITTFL", "FASFL", "ENRLFL")  # who took part
UNIT_OF_DOSE = re.compile(r"DOSU|DOS(E)?(01)?[AP]?U")


@dataclass(frozen=True)
class Listed:
    """Who is in a trial.

    harm: a row per person whose harm is counted, under the treatment received: cohort, person, number (within the
    cohort), dose, days (at risk), died (True, False or missing), death_day, dlt_evaluable, dlt (as died), treated, ended, reason
    (as in OwnTrial). compared: a row
    per person whose change is looked at: cohort, person, number, dose. known: identifier to person, for everybody; started: person
    to the date of the first treatment.
    """

    harm: pd.DataFrame
    compared: pd.DataFrame
    known: dict
    started: pd.Series
    order_known: bool
    control: str
    populations: dict
    baseline: pd.DataFrame


def refuse(what):
    raise load.DataError(f"own_trial: the file adsl {what}.")


def people(adsl, seed, cohort_order, population, control, note):
    """Who is in the trial, as Listed; DataError where it is not known who was treated with what."""
    _named_once(adsl)
    adsl, columns = _treatments(adsl, note)
    harm, populations = _harmed(adsl, population, note)
    if nobody := (adsl.received[harm] == "").sum():
        many = "a person" if nobody == 1 else f"{nobody} people"
        refuse(
            f"has {many} without a cohort ({columns[0]} is empty); a flag SAFFL that says N leaves out who was not treated"
        )
    _one_treatment_each(adsl[harm], columns[0])
    names, doses = _cohort_names(adsl, harm), _doses(adsl, harm, note)
    control, wanted = control_of(names, control, note) or _undosed(adsl, harm, doses, note), control
    compared = harm
    if control:
        compared, flag = _randomised(adsl, population, note)
        if control in set(adsl.received[harm]) and control in set(adsl.planned[compared]):
            populations["change"] = flag
        elif wanted:
            raise load.DataError(
                f"control: nobody in the cohort {control} is left in the populations that are counted."
            )
        else:
            alarm = f"Nobody in the cohort {control} is left in the populations that are counted, so nothing is set against it."
            note(f"cohorts called like a control with nobody left in them: {control}", 1, alarm)
            control, compared = "", harm
    named, names = names, list(dict.fromkeys([*adsl.received[harm], *adsl.planned[compared & bool(control)]]))
    nobody = [name for name in named if name not in names]
    note(
        f"arms that people were planned for, and nobody who counts was treated in: {enumerated(nobody)}",
        len(nobody),
    )
    _alike(names)
    order, known_order = _order(adsl, columns[0], names, doses, control, [str(name) for name in cohort_order])
    alike = not control and not known_order and len(names)
    note("cohorts that are also counted together, as none is called placebo, sham, control or vehicle; the parameter control names one", alike * (alike > 1))  # fmt: skip
    known = _days(adsl, harm, note) | person_details.details(adsl, note)
    everyone = _numbered(adsl.assign(dose=doses, **known), order, seed, len(adsl))
    harmed = _part(everyone, harm, "received", order, ["dose", *known])
    changed = _part(everyone, compared, "planned" if control else "received", order, ["dose"])
    note("cohorts with one person", (harmed.cohort.value_counts() == 1).sum())
    known = dict(zip(everyone.USUBJID, everyone.person, strict=True))
    start = person_details.at_baseline(everyone, harmed, note)
    return Listed(
        harmed, changed, known, everyone.set_index("person").started, known_order, control, populations, start
    )


# --- who they are -----------------------------------------------------------------------------------------------------


def _named_once(adsl):
    names = column(adsl, "USUBJID")
    if (names == "").all():
        refuse(f"has no filled column USUBJID, which names each person{_instead(adsl)}")
    if (names == "").any():
        refuse("has a row without USUBJID, so it is not known who it is")
    if names.duplicated().any():
        refuse("names a person twice; it needs one row per person")


def _instead(adsl):
    """Which columns nobody asked for, one of which may be the one that is missing."""
    unread = adsl.attrs.get("unread")
    return f"; it has {enumerated(unread)}, of which one may have to be renamed" if unread else ""


def _treatments(adsl, note):
    """adsl with the columns received and planned, and the names of the columns they come from."""
    received, planned = first_filled(adsl, "TRT01A", "TRTA"), first_filled(adsl, "TRT01P", "TRTP")
    if not received and not planned:
        refuse(f"has no filled column TRT01A or TRTA, which names the cohort{_instead(adsl)}")
    if not received:
        note(f"people by the treatment planned ({planned}): the one received (TRT01A) is not recorded", len(adsl))  # fmt: skip
    if not planned:
        planned = received
    columns = (received or planned, planned)
    started, unread = dated(adsl, "TRTSDT", "TRTSDTM")
    note("first days of treatment (TRTSDT) that are no full date such as 2024-01-31, not read", unread.sum())
    return adsl.assign(received=adsl[columns[0]], planned=adsl[columns[1]], started=started), columns


def _never(names):
    return names.map(lambda name: bool(NEVER_TREATED.fullmatch(name)))


def _flagged(adsl, flag, note):
    """Who has the flag; a word in it that is neither yes nor no is told."""
    words = adsl[flag].str.upper()
    note(f"people whose {flag} is neither yes nor no, taken as no", (~words.isin({"", *YES, *NO})).sum())
    return says_yes(adsl, flag)


def _chosen(adsl, population):
    flag = population.upper()
    if not first_filled(adsl, flag):
        there = [name for name in adsl if re.fullmatch(r"\w+FL", name) and first_filled(adsl, name)]
        named = f"there are {', '.join(there[:12])}" if there else "it has none that ends in FL"
        raise load.DataError(f"population: the file adsl has no filled flag {flag}; {named}.")
    return flag


def _harmed(adsl, population, note):
    """Who counts for harm, and by what: the flag of the population, else of safety, else everybody not known untreated."""
    flag = _chosen(adsl, population) if population else first_filled(adsl, "SAFFL")
    never = _never(adsl.received)
    if flag:
        inside = _flagged(adsl, flag, note)
        if not inside.any():
            what = "the safety population" if flag == "SAFFL" else "the population asked for"
            refuse(f"has nobody in {what} ({flag})")
        name = "the safety population" if flag == "SAFFL" else flag
        note(f"people not in {name}, left out", (~inside).sum())
        note("people called screen failures or not treated, left out", (inside & never).sum())
        return inside & ~never, {"harm": flag, "change": flag}
    start = first_filled(adsl, "TRTSDT", "TRTSDTM")
    undated = column(adsl, start) == "" if start else pd.Series(False, index=adsl.index)
    # Where nobody of a cohort has a first day, as in one that is only watched, its lack says nothing.
    some = (~undated).groupby(adsl.received).transform("any") | (adsl.received == "")
    called = never
    drawn = [name for name in DRAWN if first_filled(adsl, name)]
    left = (
        (adsl.received == "") & (adsl.planned == "") & adsl[drawn].apply(lambda c: c.str.upper().isin(NO)).any(axis=1)
    )
    note(f"people without a treatment who were not randomised ({', '.join(drawn)}), left out", (left & ~never).sum())
    never = never | left
    untreated = ~never & undated & some
    note("people called screen failures or not treated, left out", called.sum())
    note(f"people without a first day of treatment ({start}), left out", untreated.sum())
    inside = ~never & ~untreated
    if not inside.any():
        refuse("has nobody who was treated")
    note("people taken as treated: there is no flag of the safety population (SAFFL)", inside.sum())
    return inside, {"harm": "", "change": ""}


def _randomised(adsl, population, note):
    """Who counts for change against control, by the treatment planned, and by which flag."""
    flag = _chosen(adsl, population) if population else first_filled(adsl, "ITTFL", "FASFL")
    never = _never(adsl.planned) | (adsl.planned == "")
    inside = (_flagged(adsl, flag, note) if flag else ~never) & ~never
    if not inside.any():
        refuse(f"has nobody with a treatment planned{f' ({flag})' if flag else ''}")
    if not flag:
        note("people compared without a flag of those randomised (ITTFL or FASFL)", inside.sum())
    same = not first_filled(adsl, "TRT01P", "TRTP")
    note(
        "people compared by the treatment received: the one planned (TRT01P) is not recorded",
        inside.sum() if same else 0,
    )
    return inside, flag


def _one_treatment_each(adsl, first):
    """Refuses people who change treatment: events and values of one would stand under another."""
    for name in adsl:
        other = re.fullmatch(r"TRT(\d\d)[AP]", name)
        if (
            other
            and other[1] != "01"
            and ((adsl[name] != "") & (adsl[name].map(normalised) != adsl.received.map(normalised))).any()
        ):
            refuse(
                f"gives people a further treatment ({name} differs from {first}), as in a cross-over; this chapter takes each "
                "person under one, so give it the files of one period"
            )


# --- their cohorts ----------------------------------------------------------------------------------------------------


def _cohort_names(adsl, harm):
    names = list(dict.fromkeys(adsl.received[harm]))
    return names + [
        name for name in dict.fromkeys(adsl.planned) if name and name not in names and not _never(pd.Series([name]))[0]
    ]


def _alike(names):
    """Refuses cohorts that a reader could take for one, and one called as the tables call everyone."""
    seen = {}
    for name in names:
        key = normalised(name)
        if key in seen:
            raise load.DataError(
                f"own_trial: the cohorts {seen[key]!r} and {name!r} of the file adsl differ only in case or blanks; write both alike."
            )
        seen[key] = name
    if TOTAL in seen:
        raise load.DataError(f"own_trial: a cohort is called {TOTAL}, as the tables call everyone; name it otherwise.")


def control_of(names, wanted, note):
    """The cohort that the others are compared with: the one wanted, else the one called so; "" where there is none.

    >>> control_of(["Placebo", "Low dose + placebo", "High dose"], "", print)
    'Placebo'
    """
    if wanted:
        if wanted not in names or len(names) < 2:
            raise load.DataError(
                f"control: {'no cohort is called' if wanted not in names else 'nobody is left to compare with'} {wanted}; there are {enumerated(names)}."
            )
        return wanted
    called = [name for name in names if A_CONTROL.search(name)]
    bare = [name for name in called if not re.sub(r"[\W\d_]", "", A_CONTROL.sub("", name))]
    chosen = called if len(called) == 1 else bare
    if len(names) < 2 or not called:
        return ""
    if len(chosen) == 1:
        return chosen[0]
    note("cohorts called like a control, so none is taken for one; the parameter control names it", len(called))
    return ""


def _undosed(adsl, harm, doses, note):
    """The one cohort whose people all had the dose 0, where others had more: a comparison, whatever it is called; else ""."""
    most = doses[harm].groupby(adsl.received[harm]).agg(lambda given: given.max() if given.notna().all() else np.nan)
    found = list(most.index[most == 0])
    if len(found) != 1 or not (most > 0).any():
        return ""
    note(f"cohorts whose dose is 0, taken for comparison: {found[0]}", 1)
    return found[0]


def _doses(adsl, harm, note):
    """Numeric doses of people, missing where they are in more than one unit."""
    name = first_filled(adsl, "DOSE01A", "DOSEA")
    doses = number(column(adsl, name))
    note("people without a numeric dose", doses[harm].isna().sum() if name else 0)
    units = {unit for c in adsl if UNIT_OF_DOSE.fullmatch(c) for unit in adsl[c][harm] if unit}
    if len(units) > 1:
        note("units of the dose, so doses are not set against each other", len(units))
        return doses * np.nan
    return doses


def _order(adsl, treated, names, doses, control, wanted):
    """The cohorts in order, and whether it is one of dose. A code, a number in a name, or the file is no order of dose."""
    if wanted:
        if sorted(wanted) != sorted(names):
            raise load.DataError(f"cohort_order must name each cohort once; the file adsl has {enumerated(names)}.")
        return wanted, True
    first = [control] if control else []
    rest = sorted((name for name in names if name != control), key=natural)
    of = {name: doses[adsl.received == name].dropna() for name in rest}
    if all(len(values) for values in of.values()):
        rest = sorted(rest, key=lambda name: of[name].mean())
        apart = all(of[low].max() < of[high].min() for low, high in zip(rest, rest[1:], strict=False))
        return first + rest, apart
    codes = number(column(adsl, f"{treated}N"))
    coded = {name: codes[adsl.received == name] for name in rest}
    if all(values.notna().all() and values.nunique() == 1 for values in coded.values()):
        rest = sorted(rest, key=lambda name: coded[name].iloc[0])
    return first + rest, False


# --- what is known of them --------------------------------------------------------------------------------------------


def _days(adsl, harm, note):
    days = number(column(adsl, "TRTDURD"))
    wrong = days <= 0
    note("people whose days at risk are not above zero, taken as not recorded", wrong[harm].sum())
    note("people without days at risk", days[harm].isna().sum() if "TRTDURD" in adsl else 0)
    days_of_death = [name for name in ("DTHDT", "DTHDTC", "DTHADY", "DTHDY") if first_filled(adsl, name)]
    causes = [name for name in ("DCSREAS", "DCDECOD", "EOSSTT", "DTHCAUS") if name in adsl]
    died = pd.Series(None, index=adsl.index, dtype=object)
    dated_death = adsl[days_of_death].ne("").any(axis=1)
    if first_filled(adsl, "DTHFL") or days_of_death:
        alive = column(adsl, "DTHFL").str.upper().isin(NO)
        died = (says_yes(adsl, "DTHFL") | dated_death) & ~alive
        note("people with a day of death whose flag says that they did not die, not counted as dead", (alive & dated_death)[harm].sum(), NOT_DEAD)  # fmt: skip
    every = len(days_of_death) and dated_death[harm].all() and not first_filled(adsl, "DTHFL") and harm.sum() > 1
    note("people all of whom have a day of death, and no flag says who died", every * harm.sum(), ALL_DEAD)
    for name in causes:  # whoever left because of death died, whatever the flag says
        dead = adsl[name].str.contains(DEAD) | ((name == "DTHCAUS") & ~adsl[name].str.fullmatch(NO_CAUSE))
        died = died.mask(dead, True)
    end, unread = dated(adsl, "DTHDT", "DTHDTC")
    note("days of death that are no full date such as 2024-01-31, not read", unread.sum())
    day = number(column(adsl, first_filled(adsl, "DTHADY", "DTHDY"))).fillna(study_day(end, adsl.started))
    return {"days": days.where(~wrong), "died": died.astype(object), "death_day": day}


def _numbered(adsl, order, seed, count):
    """Everybody with a running number. It must not follow the order of the file or of the identifiers: either would lead
    back to a person."""
    ranked = adsl.sort_values("USUBJID", kind="stable")
    shuffled = ranked.iloc[np.random.default_rng([seed, count]).permutation(count)]
    rank = shuffled.received.map({name: at for at, name in enumerate(order)}).fillna(len(order))
    shuffled = shuffled.assign(row=shuffled.index, rank=rank)
    return shuffled.sort_values("rank", kind="stable", ignore_index=True).assign(person=range(1, count + 1))


def _part(everyone, inside, cohort, order, columns):
    part = everyone[everyone.row.map(inside)]
    part = part.assign(cohort=part[cohort], at=part[cohort].map(order.index)).sort_values(
        ["at", "person"], ignore_index=True
    )
    part["number"] = part.groupby("cohort").cumcount() + 1
    return part[["cohort", "person", "number", *columns]]
