"""What the list of people (adsl) holds beside cohorts: how each person began, how each ended, and whose harm limited the dose."""

import re

import pandas as pd

from trial.own_trial.adam.columns import column, first_filled, flag, number
from trial.own_trial.trial_data import NOT_RECORDED

AT_START = re.compile(r"AGE|SEX|\w+BL|BL[^\WAEIOU]\w*")  # no word of English begins so, as bleeding would
CALLED = {"AGE": "Age", "SEX": "Sex", "HEIGHTBL": "Height", "WEIGHTBL": "Weight", "BMIBL": "Body mass index"}
SEXES = {"F": "female", "M": "male", "U": "unknown"}


def details(adsl, note):
    """Columns of people as in OwnTrial: dlt_evaluable, dlt, treated, ended, reason; missing where nothing is recorded."""
    unknown = pd.Series(None, index=adsl.index, dtype=object)
    evaluable = flag(adsl.DLTEVLFL) if first_filled(adsl, "DLTEVLFL") else unknown
    dlt = flag(adsl.DLTFL) if first_filled(adsl, "DLTFL") else unknown
    for name, found in (("DLTEVLFL", evaluable), ("DLTFL", dlt)):
        gaps = found.isna().sum() if first_filled(adsl, name) else 0
        note(f"people for whom {name} says neither yes nor no, not recorded", gaps)
    ended, reason = (_words(column(adsl, name)) for name in ("EOSSTT", first_filled(adsl, "DCSREAS", "DCDECOD")))
    apart = (ended == "completed") & ~reason.isin(["", "completed"])
    note("people who completed the study (EOSSTT) and have a reason for leaving it; both are listed", apart.sum())
    return {
        "dlt_evaluable": evaluable,
        "dlt": dlt,
        "treated": adsl.started.rank(method="dense"),
        "ended": ended,
        "reason": reason,
    }


def _words(texts):
    return texts.str.replace("_", " ").str.casefold().str.strip()


def at_baseline(everyone, harmed, note):
    """What people brought, a row a person and measure: person, cohort, measure, number (missing where it is none), text.

    Of the columns of adsl that are called so (AT_START): sex, and those that hold numbers only.
    """
    rows = harmed[["person", "cohort"]].merge(everyone.drop(columns="cohort", errors="ignore"), on="person")
    parts = []
    for name in sorted(
        (name for name in rows if AT_START.fullmatch(str(name))), key=lambda name: (name not in CALLED, name)
    ):
        texts = rows[name]
        if not first_filled(rows, name):
            continue
        values = number(texts)
        if name == "SEX":
            values = values * float("nan")
            texts = texts.str.upper().map(lambda sex: SEXES.get(sex, sex.casefold()) or NOT_RECORDED)
        elif values.isna().all():
            continue  # a text, such as a group of ages
        else:
            note(
                f"values of {name} that are missing or no number, left out of the table of the start",
                values.isna().sum(),
            )
            texts = ""
        parts.append(rows[["person", "cohort"]].assign(measure=CALLED.get(name, name), number=values, text=texts))
    columns = ["person", "cohort", "measure", "number", "text"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def note_deaths(people, events, note):
    """Tells where the list of people and the events (None: no file) do not agree on who died."""
    if events is None:
        return
    fatal = set(events.person[events.fatal.eq(True)])
    dead, alive = (set(people.person[people.died.eq(answer)]) for answer in (True, False))
    alarm = "The list of people (adsl) holds deaths that no fatal event accounts for."
    note("deaths in adsl that no fatal event accounts for", len(dead - fatal), alarm)
    note("people with a fatal event whom adsl does not list as dead", len(fatal & alive))
