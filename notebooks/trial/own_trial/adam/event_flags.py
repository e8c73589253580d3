"""What was judged of each event and of each person's end: words of the standard, and words in common use, to yes, no or not known.

A word in no list is not recorded, and listed: taking it for a no would hide harm.
"""

import re

import pandas as pd

from trial import load
from trial.own_trial.adam.columns import NO, YES, column
from trial.own_trial.trial_data import SEVERITY

MOST_WORDS = 8  # words not understood that a warning lists
RELATED = {f"{word}{rest}" for word in ("POSSIBLY", "PROBABLY", "DEFINITELY", "LIKELY") for rest in ("", " RELATED")}
RELATED |= {"RELATED", "POSSIBLE", "PROBABLE", "DEFINITE", "CERTAIN", "PROBABLE/LIKELY", "HIGHLY PROBABLE", "SUSPECTED"}
RELATED |= {"REASONABLE POSSIBILITY", "Y", "YES", "TRUE"}
NOT_RELATED = {"NOT RELATED", "UNRELATED", "NONE", "UNLIKELY", "UNLIKELY RELATED", "REMOTE", "NOT LIKELY", "DOUBTFUL"}
NOT_RELATED |= {"NOT SUSPECTED", "NO REASONABLE POSSIBILITY"}
NOT_RELATED |= {"PROBABLY NOT RELATED", "DEFINITELY NOT RELATED", "IMPROBABLE"}
NOT_RELATED |= {"NO RELATIONSHIP", "N", "NO", "FALSE"}
GRADES = {name.upper().replace("-", " "): grade for grade, name in SEVERITY.items()} | {"DEATH": 5}
GRADES |= {form.format(grade): grade for grade in SEVERITY for form in ("{}", "GRADE {}", "{}.0", "CTCAE GRADE {}")}
DIED = {"FATAL", "DEATH", "DIED"}
ENDED = {
    f"{no}{word}{rest}" for no in ("", "NOT ") for word in ("RECOVERED", "RESOLVED") for rest in ("", " WITH SEQUELAE")
}
ENDED |= {"RECOVERED/RESOLVED", "RECOVERED/RESOLVED WITH SEQUELAE", "NOT RECOVERED/NOT RESOLVED", "ONGOING"}
ENDED |= {"RECOVERING/RESOLVING", "RECOVERING", "RESOLVING"}
LEFT = {"DRUG WITHDRAWN", "DRUG DISCONTINUED", "WITHDRAWN"}
LEFT |= {"DISCONTINUED", "TREATMENT DISCONTINUED", "TREATMENT WITHDRAWN"}
LEFT |= {"PERMANENTLY DISCONTINUED", "PERMANENTLY WITHDRAWN"}
STAYED = {"DOSE NOT CHANGED", "DOSE REDUCED", "DOSE INCREASED", "DOSE RATE REDUCED", "DRUG INTERRUPTED", "NONE"}
STAYED |= {"NOT APPLICABLE"}
CODE = r"[-+]?\d+(\.0*)?"
CODED = (
    "The cause of events is given as codes (AEREL), which mean something else in each trial, so it counts as not recorded until "
    "related_terms says which codes mean related."
)
MILD = "An event that kills is serious, but some fatal events are flagged as not serious (AESER); serious ones are counted by the flag."
ASKED = {"serious": "AESER", "related": "AEREL", "severe": "AESEV or AETOXGR", "fatal": "AEOUT", "withdrawn": "AEACN"}


def comparable(values):
    """Words as they are compared: capitals, one blank for blanks, hyphens and underlines."""
    return values.str.upper().str.replace(r"[\s_-]+", " ", regex=True).str.strip()


def as_flags(values, yes=frozenset(YES), no=frozenset(NO)):
    """True, False or None for each word. Of the usual words 0 and 1 count only where no other number shows a code."""
    texts, found = comparable(values), pd.Series(None, index=values.index, dtype=object)
    code = {"0", "1"} if no == NO and texts.str.fullmatch(r"[2-9]|\d\d+").any() else set()
    found[texts.isin(set(yes) - code)] = True
    found[texts.isin(set(no) - code)] = False
    return found


def _list_words(adae, name, understood, note):
    texts = column(adae, name)
    strange = (texts != "") & ~understood
    found = list(texts[strange].value_counts().index)
    rest = " and others" if len(found) > MOST_WORDS else ""
    note(f"events with words in {name} that are not understood, so not recorded: {', '.join(found[:MOST_WORDS])}{rest}", strange.sum())  # fmt: skip


def related_words(adae, terms):
    """The words (as `comparable`) that mean related, in place of the usual ones; DataError where no event has one of them."""
    words_there, chosen = column(adae, "AEREL"), set()
    for term in terms:
        chosen.add(word := comparable(pd.Series([str(term)]))[0])
        if word not in set(comparable(words_there)):
            shown = list(dict.fromkeys(words_there[words_there != ""]))[:MOST_WORDS]
            held = f"there are {', '.join(shown)}" if shown else "the column is missing or empty"
            raise load.DataError(f"related_terms: no event has the word {term} in AEREL; {held}.")
    return chosen


def related(adae, chosen, note):
    """Whether each event was put down to the treatment, by the words chosen (`related_words`), else by those in common use.

    A number is a code: 1 means related in one trial and unrelated in the next. It stays not recorded until it is explained.
    """
    texts = comparable(column(adae, "AEREL"))
    yes, no = (chosen, (NOT_RELATED | RELATED) - chosen) if chosen else (RELATED, NOT_RELATED)
    numbers = texts.str.fullmatch(CODE)
    if any(re.fullmatch(CODE, word) for word in chosen):
        no = no | set(texts[numbers]) - chosen
    found = as_flags(texts, yes, no)
    codes = numbers & found.isna()
    note("events whose cause (AEREL) is a code, not a word; not recorded until related_terms names the codes that mean related", codes.sum(), CODED)  # fmt: skip
    _list_words(adae, "AEREL", found.notna() | codes, note)
    return found


def severities(adae, note):
    """Grade 1 to 5 of each event (missing: not graded) and whether it was fatal: the worst of AESEV, AETOXGR and outcome.

    The only place where severity is read.
    """
    severity, toxicity = (comparable(column(adae, name)).map(GRADES).astype(float) for name in ("AESEV", "AETOXGR"))
    for name, grade in (("AESEV", severity), ("AETOXGR", toxicity)):
        _list_words(adae, name, grade.notna(), note)
    grade = pd.concat([severity, toxicity], axis=1).max(axis=1)
    outcome, death = as_flags(column(adae, "AEOUT"), DIED, ENDED), as_flags(column(adae, "AESDTH"))
    _list_words(adae, "AEOUT", outcome.notna() | comparable(column(adae, "AEOUT")).eq("UNKNOWN"), note)
    fatal = outcome.mask(outcome.eq(True) | (grade == 5) | death.eq(True), True)
    apart = severity.notna() & toxicity.notna() & (severity != toxicity)
    apart |= fatal.eq(True) & ((severity < 5) | (toxicity < 5) | outcome.eq(False) | death.eq(False))
    note("events whose severity (AESEV), grade (AETOXGR) and outcome do not agree; the worst counts", apart.sum())
    return grade.mask(fatal.eq(True), 5), fatal


def all_flags(adae, chosen, note):
    """What was judged of each event: grade, and True, False or missing for serious, related, severe, fatal, withdrawn."""
    grade, fatal = severities(adae, note)
    serious, withdrawn = as_flags(column(adae, "AESER")), as_flags(column(adae, "AEACN"), LEFT, STAYED)
    _list_words(adae, "AESER", serious.notna(), note)
    _list_words(adae, "AEACN", withdrawn.notna(), note)
    severe = pd.Series(None, index=adae.index, dtype=object).mask(grade >= 3, True).mask(grade < 3, False)
    made = {"grade": grade, "serious": serious, "related": related(adae, chosen, note)}
    found = pd.DataFrame(made | {"severe": severe, "fatal": fatal, "withdrawn": withdrawn})
    in_words = {"related": "related to the treatment", "withdrawn": "followed by leaving the treatment"}
    for name, columns in ASKED.items():
        missing = found[name].isna()
        if len(found) and missing.all():
            note(f"{columns} is missing, empty or in words not known here: not recorded which events were {in_words.get(name, name)}", len(found))  # fmt: skip
        else:
            note(f"events for which it is not recorded whether they were {in_words.get(name, name)}", missing.sum())
    mild = fatal.eq(True) & ~serious.eq(True)
    note("fatal events not flagged serious", mild.sum(), MILD * bool((mild & serious.eq(False)).any()))
    return found
