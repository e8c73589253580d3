"""What was judged of each event and of each person's end: words of the standard, and words in common use, to yes, no or not known.

A word in no list is not recorded, and listed: taking it for a no would hide harm.
"""

import re

import pandas as pd

from trial import load, words

MOST_WORDS = 8  # words not understood that a warning lists
YES, NO = {"Y", "YES", "1", "TRUE"}, {"N", "NO", "0", "FALSE"}
RELATED = {f"{word}{rest}" for word in ("POSSIBLY", "PROBABLY", "DEFINITELY", "LIKELY") for rest in ("", " RELATED")}
RELATED |= {"RELATED", "POSSIBLE", "PROBABLE", "DEFINITE", "CERTAIN", "PROBABLE/LIKELY", "HIGHLY PROBABLE", "SUSPECTED"}
RELATED |= {"REASONABLE POSSIBILITY", "Y", "YES", "TRUE"}
NOT_RELATED = {"NOT RELATED", "UNRELATED", "NONE", "UNLIKELY", "UNLIKELY RELATED", "REMOTE", "NOT LIKELY", "DOUBTFUL"}
NOT_RELATED |= {"NOT SUSPECTED", "NO REASONABLE POSSIBILITY", "PROBABLY NOT RELATED", "DEFINITELY NOT RELATED", "IMPROBABLE"}
NOT_RELATED |= {"NO RELATIONSHIP", "N", "NO", "FALSE"}
SEVERITY = {1: "mild", 2: "moderate", 3: "severe", 4: "life-threatening", 5: "fatal"}
GRADES = {name.upper().replace("-", " "): grade for grade, name in SEVERITY.items()} | {"DEATH": 5}
GRADES |= {form.format(grade): grade for grade in SEVERITY for form in ("{}", "GRADE {}", "{}.0", "CTCAE GRADE {}")}
DIED = {"FATAL", "DEATH", "DIED"}
ENDED = {f"{no}{word}{rest}" for no in ("", "NOT ") for word in ("RECOVERED", "RESOLVED") for rest in ("", " WITH SEQUELAE")}
ENDED |= {"RECOVERED/RESOLVED", "RECOVERED/RESOLVED WITH SEQUELAE", "NOT RECOVERED/NOT RESOLVED", "ONGOING"}
ENDED |= {"RECOVERING/RESOLVING", "RECOVERING", "RESOLVING"}
LEFT = {"DRUG WITHDRAWN", "DRUG DISCONTINUED", "WITHDRAWN", "DISCONTINUED", "TREATMENT DISCONTINUED", "TREATMENT WITHDRAWN"}
LEFT |= {"PERMANENTLY DISCONTINUED", "PERMANENTLY WITHDRAWN"}
STAYED = {"DOSE NOT CHANGED", "DOSE REDUCED", "DOSE INCREASED", "DOSE RATE REDUCED", "DRUG INTERRUPTED", "NONE"}
STAYED |= {"NOT APPLICABLE"}
ASKED = {"serious": "AESER", "related": "AEREL", "severe": "AESEV or AETOXGR", "fatal": "AEOUT", "withdrawn": "AEACN"}


def column(frame, name):
    """A column of text, empty where the file has none of this name."""
    return frame[name] if name in frame else pd.Series("", index=frame.index)


def plain(values):
    """Words as they are compared: capitals, one blank for blanks, hyphens and underlines."""
    return values.str.upper().str.replace(r"[\s_-]+", " ", regex=True).str.strip()


def flagged(values, yes=frozenset(YES), no=frozenset(NO)):
    """True, False or None for each word. 0 and 1 are words only where no other number shows that they are a code."""
    said, found = plain(values), pd.Series(None, index=values.index, dtype=object)
    code = bool(said.str.fullmatch(r"[2-9]|\d\d+").any())
    found[said.isin(set(yes) - ({"0", "1"} if code else set()))] = True
    found[said.isin(set(no) - ({"0", "1"} if code else set()))] = False
    return found


def _list_words(adae, name, understood, note, what="events"):
    said = column(adae, name)
    strange = (said != "") & ~understood
    found = list(said[strange].value_counts().index)
    rest = " and others" if len(found) > MOST_WORDS else ""
    note("adae", f"{what} with words in {name} that are not understood, so not recorded: {', '.join(found[:MOST_WORDS])}{rest}", strange.sum())  # fmt: skip


def related(adae, terms, note):
    """Whether each event was put down to the treatment: True, False or None; DataError where no event has one of `terms`.

    `terms` take the place of the usual words. A number is a code, which only `terms` can explain.
    """
    said = plain(column(adae, "AEREL"))
    there, wanted = {word for word in said if word}, {term: plain(pd.Series([str(term)]))[0] for term in terms}
    for term, word in wanted.items():
        if word not in there:
            shown = list(dict.fromkeys(column(adae, "AEREL")[said != ""]))[:MOST_WORDS]
            held = f"there are {words.listed(shown)}" if shown else "the column is missing or empty"
            raise load.DataError(f"related_terms: no event has the word {term} in AEREL; {held}.")
    chosen = set(wanted.values())
    yes, no = (chosen, (NOT_RELATED | RELATED) - chosen) if chosen else (RELATED, NOT_RELATED)
    numbers = said.str.fullmatch(r"\d+(\.0)?")
    if any(re.fullmatch(r"\d+(\.0)?", word) for word in chosen):
        no = no | set(said[numbers]) - chosen
    found = flagged(said, yes, no)
    codes = numbers & found.isna()
    note("adae", CODES, codes.sum())
    _list_words(adae, "AEREL", found.notna() | codes, note)
    return found


CODES = "events whose cause is a number, a code that the files do not explain, so not recorded; related_terms can"


def severities(adae, note):
    """Grade 1 to 5 of each event (missing: not graded) and whether it was fatal: the worst of AESEV, AETOXGR and outcome.

    The only place where severity is read. AESEV ends at severe, so it is contradicted by another word, not by a higher grade.
    """
    severity, toxicity = (plain(column(adae, name)).map(GRADES).astype(float) for name in ("AESEV", "AETOXGR"))
    for name, grade in (("AESEV", severity), ("AETOXGR", toxicity)):
        _list_words(adae, name, grade.notna(), note)
    apart = severity.clip(upper=3) != toxicity.clip(upper=3)
    note("adae", "events whose AESEV and AETOXGR contradict each other; the worse counts", (apart & severity.notna() & toxicity.notna()).sum())  # fmt: skip
    grade = pd.concat([severity, toxicity], axis=1).max(axis=1)
    outcome, death = flagged(column(adae, "AEOUT"), DIED, ENDED), flagged(column(adae, "AESDTH"))
    _list_words(adae, "AEOUT", outcome.notna() | plain(column(adae, "AEOUT")).eq("UNKNOWN"), note)
    fatal = outcome.mask(outcome.eq(True) | (grade == 5) | death.eq(True), True)
    note("adae", "events called fatal in one column and not in another; they count as fatal", (fatal.eq(True) & (outcome.eq(False) | (toxicity < 5) | death.eq(False))).sum())  # fmt: skip
    return grade.mask(fatal.eq(True), 5), fatal


def judged(adae, related_terms, note):
    """What was judged of each event: grade, and True, False or missing for serious, related, severe, fatal, withdrawn."""
    grade, fatal = severities(adae, note)
    serious, withdrawn = flagged(column(adae, "AESER")), flagged(column(adae, "AEACN"), LEFT, STAYED)
    _list_words(adae, "AESER", serious.notna(), note)
    _list_words(adae, "AEACN", withdrawn.notna(), note)
    severe = pd.Series(None, index=adae.index, dtype=object).mask(grade >= 3, True).mask(grade < 3, False)
    made = {"grade": grade, "serious": serious, "related": related(adae, related_terms, note)}
    found = pd.DataFrame(made | {"severe": severe, "fatal": fatal, "withdrawn": withdrawn})
    said = {"related": "related to the treatment", "withdrawn": "followed by leaving the treatment"}
    for name, columns in ASKED.items():
        missing = found[name].isna()
        if len(found) and missing.all():
            note("adae", f"{columns} is missing, empty or in words not known here: not recorded which events were {said.get(name, name)}", len(found))  # fmt: skip
        else:
            note("adae", f"events for which it is not recorded whether they were {said.get(name, name)}", missing.sum())
    note("adae", "fatal events not flagged serious", (fatal.eq(True) & ~serious.eq(True)).sum())
    return found


def deaths(adsl):
    """Who died by the list of people, and on which day of treatment where that is known: two columns, died and death_day.

    A date of death is a death. An empty flag is no death where others have one, and not recorded where nobody has.
    """
    dates = column(adsl, "DTHDT").mask(lambda said: said == "", column(adsl, "DTHDTC"))
    died = flagged(column(adsl, "DTHFL")).mask(dates != "", True)
    died = died.where(died.notna(), False) if died.eq(True).any() else died
    day = pd.concat([pd.to_numeric(column(adsl, name), errors="coerce") for name in ("DTHADY", "DTHDY")], axis=1)
    ends, starts = (pd.to_datetime(said, errors="coerce", format="ISO8601") for said in (dates, column(adsl, "TRTSDT")))
    between = (ends - starts).dt.days
    return pd.DataFrame({"died": died, "death_day": day.bfill(axis=1).iloc[:, 0].fillna(between + (between >= 0))})
