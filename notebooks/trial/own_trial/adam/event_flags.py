"""What was judged of each event and of each person's end: words of the standard, and words in common use, to yes, no or not known.

A text with a word in no list is not recorded, and listed: taking it for a no would hide harm.
"""

import re
from typing import NamedTuple

import pandas as pd

from trial import load
from trial.own_trial.adam.columns import column
from trial.own_trial.trial_data import SEVERITY

MOST_WORDS = 8  # words not understood that a warning lists


class Meaning(NamedTuple):
    """By which words a text is a yes, by which a no, and which say nothing by themselves; all other words make it not understood."""

    yes: frozenset
    no: frozenset
    beside: frozenset = frozenset()


def _words(text):
    return frozenset(text.split())


FLAG = Meaning(_words("Y YES TRUE 1"), _words("N NO FALSE 0"))
SERIOUS = Meaning(FLAG.yes | {"SERIOUS"}, FLAG.no | _words("NOT NON NONSERIOUS"))
RELATED = Meaning(
    _words("Y YES TRUE RELATED ASSOCIATED SUSPECTED POSSIBLE POSSIBLY POSSIBILITY PROBABLE PROBABLY LIKELY")
    | _words("DEFINITE DEFINITELY CERTAIN CERTAINLY REASONABLE REASONABLY"),
    _words("N NO FALSE NOT NONE UN UNRELATED UNLIKELY IMPROBABLE REMOTE DOUBTFUL"),
    _words("A AT BE CAUSAL CAUSALLY DRUG HIGHLY IP IS LEAST RELATION RELATIONSHIP STUDY THE THERE TO TREATMENT VERY"),
)
DIED = Meaning(
    _words("FATAL DEATH DIED"),
    _words("NOT NON RECOVERED RECOVERING RESOLVED RESOLVING ONGOING CONTINUING IMPROVED UNCHANGED WORSENED STABILIZED"),
    _words("AE OUTCOME PATIENT RELATED SEQUELAE SUBJECT TO WITH"),
)
LEFT = Meaning(
    _words("WITHDRAWN WITHDRAWAL DISCONTINUED DISCONTINUATION STOPPED"),
    _words("NO NOT NONE REDUCED DECREASED INCREASED INTERRUPTED UNCHANGED"),
    _words("ACTION APPLICABLE CHANGE CHANGED DOSE DRUG OF PERMANENT PERMANENTLY RATE TAKEN TREATMENT"),
)
GRADES = dict(zip(("MILD", "MODERATE", "SEVERE", "THREATENING", "FATAL"), SEVERITY, strict=True)) | {"DEATH": 5}
GRADES |= dict(zip(("I", "II", "III", "IV", "V"), SEVERITY, strict=True)) | {str(grade): grade for grade in SEVERITY}
BESIDE_GRADES = _words("AE CTC CTCAE DISABLING G GR GRADE LIFE MEDICALLY OR RELATED SEVERITY SIGNIFICANT TO")
A_WORD = r"[^\W\d_]+|\d+|[^\s\w.,:;=()\[\]-]+"  # or a number, or signs that may mean something
CODED = (
    "The cause of events is given as codes (AEREL), which mean something else in each trial, so it counts as not recorded until "
    "related_terms says which codes mean related."
)
MILD = "An event that kills is serious, but some fatal events are flagged as not serious (AESER); serious ones are counted by the flag."
ASKED = {"serious": "AESER", "related": "AEREL", "severe": "AESEV or AETOXGR", "fatal": "AEOUT", "withdrawn": "AEACN"}


def comparable(values):
    """Words as they are compared: capitals, one blank for blanks, hyphens and underlines; whole numbers without a point."""
    said = values.str.upper().str.replace(r"[\s_-]+", " ", regex=True).str.strip()
    return said.str.replace(r"\b(\d+)\.0+\b", r"\1", regex=True)


def _collected(adae, *names):
    """What the first filled of these columns says of each event, the one made for analysis (ASEV) before the collected one (AESEV)."""
    said = pd.Series("", index=adae.index)
    for name in names:
        for made in (f"A{name[2:]}", name):
            said = said.mask(said == "", column(adae, made))
    return said


def _decoded(text):
    """A text without the code before or behind it, as in "4 = DEFINITE" or "DEFINITE (4)"."""
    return re.sub(r"^\(?\d+\)? ?[=:.)]? ?(?=[A-Z])|(?<=[A-Z]) ?[(\[=:]? ?\d+[)\]]?$", "", text)


def _meant(text, meaning):
    """True, False or None for what a text says: each of its parts, set apart by / or a comma, must say the same."""
    said = set()
    for part in re.split(r"[/,]", re.sub(r"\bNOT (?=RECOVER|RESOLV)", "", _decoded(text))):
        words = re.findall(A_WORD, part)
        no, yes = (sum(word in of for word in words) for of in (meaning.no, meaning.yes))
        known = meaning.yes | meaning.no | meaning.beside
        said.add(None if no > 1 or not no + yes or not known.issuperset(words) else not no)
    return said.pop() if len(said) == 1 else None


def as_flags(said, meaning):
    """True, False or None for each of the texts (`comparable`). 0 and 1 count only where no other number shows a code."""
    if "0" in meaning.no and said.str.fullmatch(r"[2-9]|\d\d+").any():
        meaning = Meaning(meaning.yes - {"1"}, meaning.no - {"0"}, meaning.beside)
    return said.map({text: _meant(text, meaning) for text in said.unique()}).astype(object)


def _grade(text):
    """The one grade, 1 to 5, that the words and numbers of a text name; missing where one is unknown, or they name several."""
    words = set(re.findall(A_WORD, text)) - BESIDE_GRADES
    grades = {GRADES.get(word) for word in words}
    return float(grades.pop() or "nan") if len(grades) == 1 else float("nan")


def _list_words(said, name, understood, note):
    strange = (said != "") & ~understood
    found = list(said[strange].value_counts().index)
    rest = " and others" if len(found) > MOST_WORDS else ""
    note(f"events with words in {name} that are not understood, so not recorded: {', '.join(found[:MOST_WORDS])}{rest}", strange.sum())  # fmt: skip


def related_words(adae, terms):
    """The words (as `comparable`) that mean related, in place of the usual ones; DataError where no event has one of them."""
    words_there, chosen = _collected(adae, "AEREL"), set()
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
    collected = _collected(adae, "AEREL")
    said = comparable(collected)
    found, numbers = as_flags(said, RELATED), said.str.fullmatch(r"[-+]?\d+")
    if chosen:
        other = found.notna() | numbers & any(word.isdigit() for word in chosen)
        found = found.mask(other, False).mask(said.isin(chosen), True)
    codes = numbers & found.isna()
    note("events whose cause (AEREL) is a code, not a word; not recorded until related_terms names the codes that mean related", codes.sum(), CODED)  # fmt: skip
    _list_words(collected, "AEREL", found.notna() | codes, note)
    return found


def _read(adae, understand, note, *names):
    """What the words of a column mean; those not understood are listed."""
    said = _collected(adae, *names)
    found = understand(comparable(said))
    _list_words(said, names[0], found.notna(), note)
    return found


def severities(adae, note):
    """Grade 1 to 5 of each event (missing: not graded) and whether it was fatal: the worst of AESEV, AETOXGR and outcome.

    The only place where severity is read.
    """
    severity, toxicity = (
        _read(adae, lambda said: said.map(_grade).astype(float), note, *names)
        for names in (("AESEV",), ("AETOXGR", "AETOXGRN"))
    )
    grade = pd.concat([severity, toxicity], axis=1).max(axis=1)
    outcome = _read(adae, lambda said: as_flags(said, DIED), note, "AEOUT")
    death = as_flags(comparable(column(adae, "AESDTH")), FLAG)
    fatal = outcome.mask(outcome.eq(True) | (grade == 5) | death.eq(True), True)
    apart = severity.notna() & toxicity.notna() & (severity != toxicity)
    apart |= fatal.eq(True) & ((severity < 5) | (toxicity < 5) | outcome.eq(False) | death.eq(False))
    note("events whose severity (AESEV), grade (AETOXGR) and outcome do not agree; the worst counts", apart.sum())
    return grade.mask(fatal.eq(True), 5), fatal


def all_flags(adae, chosen, note):
    """What was judged of each event: grade, and True, False or missing for serious, related, severe, fatal, withdrawn."""
    grade, fatal = severities(adae, note)
    serious = _read(adae, lambda said: as_flags(said, SERIOUS), note, "AESER")
    withdrawn = _read(adae, lambda said: as_flags(said, LEFT), note, "AEACN")
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
