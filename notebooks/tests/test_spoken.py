"""Sentences of every chapter: kinds of fault that referees found, each with what it would have been found in."""

import html
import json
import re

import pandas as pd
import pytest

from tests.chapters import NAMES, cells, reference
from tests.test_limits import spoken
from trial import load, words

# What the data do not carry, what hurts, and what is read wrongly: never to be said, on any page.
NEVER = {
    r"in people on drugs": "how long the drugs were taken was not read",
    r"\bis (not|no) protection": "a fall that luck may give is no proof of no effect either",
    r"tend to be published": "no source that was read says so",
    r"\b(would|must) grow with the dose": "a real effect need not; more cells need not do more",
    r"\bsmaller harm": "what few people cannot exclude is harm that is less frequent",
    r"\bbeside (harm|something else)": "besides, where something is added and nothing stands beside it",
    r"\banother (question|thing|matter) than\b": "no English: different from",
    r"\btell an effect\b": "a trial reports an effect",
    r"(treatment|drugs?) (was |were |is |are )?left\b": "as if nothing could be done for a person any more",
}
FOUND_IN = [
    "Of the 44, 16 were infections, in people on drugs against rejection.",
    "The table has 14, 16, 9 and 5 events; that is no protection.",
    "Trials that end well tend to be published sooner.",
    "A change that belongs to the cells would last, and would grow with the dose.",
    "The only way to exclude a smaller harm is to watch more people.",
    "What came of the main measures beside harm is unread†.",
    "Severe reactions, which is another question than serious ones.",
    "Trials that reach the level of 0.05 tell an effect 2.7 times as large.",
    "Only if no approved drug was left for you.",
]
UNREAD = r"(?:is|are) (?:unread†|not in what we read)"


def open_aside(text):
    """A subject with a part set off by a comma that no second comma closes: "What it was, and how long it took is unread"."""
    return bool(re.search(rf"^[^,]*, (?:and|or|with) (?:how|what|which|when|by|for)\b[^,;:]*(?<!,) {UNREAD}", text))


def rate_not_assumed(text):
    """A chance worked out at a rate that is another trial's, in a sentence that does not call it assumed."""
    borrowed = r"\bat (?:that|those) (?:\w+(?: \w+)?'s )?rates?\b"
    return bool(re.search(borrowed, text) and re.search(r"\d of 100", text)) and "assumed" not in text


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        *((lambda text: bool(faults(text)), text) for text in FOUND_IN),
        (open_aside, "What was planned for two at once, and how long to wait after is unread†."),
        (rate_not_assumed, "At that trial's rate, 24 of 100 trials of twelve would see none.".lower()),
    ],
)
def test_each_kind_is_found_in_what_it_was_made_for(wrong, text):
    assert wrong(text)


def test_every_kind_is_tried():
    assert all(any(re.search(kind, text) for text in FOUND_IN) for kind in NEVER)
    assert not open_aside("What was planned, and how long to wait, is unread†.")
    assert not rate_not_assumed("at those rates (assumed), 59 of 100 would")


def faults(text):
    return {kind: why for kind, why in NEVER.items() if re.search(kind, text, flags=re.I)}


def told(name):
    """What a chapter says: its sentences, tables and figures as they were run, and its Markdown."""
    return [*spoken(name), *(line for cell in cells(name, "markdown") for line in cell.splitlines())]


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_has_none_of_them(name):
    said = told(name)
    assert len(said) > 20
    assert {text: faults(text) for text in said if faults(text)} == {}
    assert [text for text in said if open_aside(text) or rate_not_assumed(text)] == []


# What was read of one thing in more than one way is told in each: the milder one alone would choose the comparison.
IN_EACH_WAY = {
    "02_safety": ("headache_after_puncture", "per_1000 > 0", "{per_1000:g} "),
    "04_biomarkers": ("sister_findings", "about == 'fluid'", "{people_with:g} of {people:g}"),
}


@pytest.mark.parametrize("name", IN_EACH_WAY)
def test_what_was_read_in_two_ways_is_told_in_both(name):
    table, which, form = IN_EACH_WAY[name]
    wanted = [form.format(**row) for row in load.table(table).query(which).to_dict("records")]
    said = " ".join(told(name))
    assert len(wanted) >= 2 and [number for number in wanted if number not in said] == []


def worked_out_as_read(text, rows):
    """The yearly losses that we worked out from a printed total, in a sentence that does not say so."""
    losses = [f"{words.plain(loss)}%" for loss in rows.loss_percent_per_year]
    return [
        loss for loss in losses if re.search(rf"(?<![\d.]){re.escape(loss)} a year", text) and "worked out" not in text
    ]


@pytest.mark.parametrize("name", NAMES)
def test_what_was_worked_out_is_not_told_as_read(name):
    rows = load.table("atrophy").query("kind == 'derived'")
    assert worked_out_as_read("Untreated people lost 0.592% a year (ORATORIO).", rows) == ["0.592%"]
    for cell in reference(name)["cells"]:
        for output in cell.get("outputs", []):
            for text in re.split(r"[;\n]", "".join(output["data"].get("text/markdown", ""))):
                assert not worked_out_as_read(text, rows), text


# --- what a row of data/ names: whom a share is of, what was counted, which statistics were printed ---------------------


def of_everyone():
    """For each share of everyone in a trial, and for the rest: how a text tells it, and what says of whom it is."""
    rows = load.table("trial_participants")
    rows = rows[(rows.unit == "percent") & rows.measure.str.endswith("at the start")]
    return [
        (
            rf"(?<![\d.])({row.value:g}|{100 - row.value:g})%.{{0,40}}?"
            + row.measure.removesuffix(" at the start").replace("needed", "needed( no)?"),
            rf"everyone|whole trial|in one of them|\b(in|of) {row.trial}\b",
        )
        for row in rows.itertuples()
    ]


def told_of_a_part(text, shares):
    """A share of everyone in a trial that a text tells as if of the group it counts: "448 people; 63% with EDSS 6.0 to 6.5"."""
    for share, whole in shares:
        for found in re.finditer(share, text):
            if not re.search(whole, text[max(0, found.start() - 60) : found.end()], flags=re.I):
                return found[0]
    return None


# A word for an outcome, and how the rows of a trial in which it was measured call it.
OUTCOMES = {
    r"\bwalk": "walk",
    r"\b(hands?|pegs?)\b": "hand|arm ",
    r"\brelapses?\b": "relapse",
    r"\b(lesions?|spots?)\b": "lesion|scan",
    r"brain (volume|loss|shrink)|shrinkage|atrophy": "brain|atrophy",
    r"\b(disab|progression|got worse)": "progress|EDSS|disab|worse|improve",
}
NAMES_AN_OUTCOME = {
    "controlled_trials": ("trial", "outcome", "note"),
    "sister_findings": ("trial", "finding", "note"),
    "sister_trials": ("trial", "endpoint", "note"),
    "dose_groups": ("trial", "measure", "said"),
    "progression": ("trial", "outcome"),
    "trial_participants": ("trial", "measure"),
    "atrophy": ("group", "measure"),
    "lesions": ("group", "in_words"),
}


def read_of():
    """All that the rows of each other trial name, by its name without what follows a comma."""
    rows = [
        (row[columns[0]], " ".join(row[column] for column in columns))
        for table, columns in NAMES_AN_OUTCOME.items()
        for row in load.table(table).to_dict("records")
    ]
    trials = {row.split(", ")[0] for table in NAMES_AN_OUTCOME for row in load.table(table).get("trial", [])}
    names = {name: alone(name) for name in trials - {"STEMS"}}
    return {name: " ".join(text for whole, text in rows if re.search(own, whole)) for name, own in names.items()}


def alone(name):
    """A pattern for a name that is no part of another one, as MS-STAT is of MS-STAT2."""
    return rf"(?<![\w-]){re.escape(name)}(?![\w-])"


def outcome_not_read(text, read):
    """The outcomes that a text names beside a trial, none of whose rows names them; not where it says that none was read."""
    named = [name for name in read if name in text and re.search(alone(name), text)]
    have = " ".join(read[name] for name in named)
    if not named or re.search(r"\bunread|not in what we read|\bno \w+ was read", text):
        return []
    return [word for word, row in OUTCOMES.items() if re.search(word, text) and not re.search(row, have, flags=re.I)]


def not_alone(text, doses):
    """A trial that is said to be alone in printing something, of which the rows of others have as much."""
    said = re.search(r"\b(?:only|alone)\b.*\b(?:prints?|printed|read)\b([^,;.]*)", text, flags=re.I)
    if not said:
        return False
    printed = pd.DataFrame(
        {"mean|size": doses.value.notna(), "differ|spread": doses.groupby("trial").sd.transform("any")}
    )
    asked = [each for each in printed if re.search(each, said[1])]
    alike = printed.groupby(doses.trial).all()[asked].all(axis=1)
    named = {trial for trial in alike.index if trial.split()[0] in text}
    return bool(asked and named) and named != set(alike.index[alike])


def cells_told(name):
    """Every piece of text that a chapter's tables and pictures hold, cell by cell and line by line."""
    for cell in reference(name)["cells"]:
        for output in cell.get("outputs", []):
            table = "".join(output["data"].get("text/html", ""))
            yield from (
                html.unescape(re.sub(r"<[^>]+>", " ", each)) for each in re.findall(r"<td.*?</td>", table, re.S)
            )
            drawn = json.dumps(output["data"].get("application/vnd.vegalite.v5+json")).replace(r"\n", " ")
            yield from re.findall(r'"((?:[^"\\]|\\.){12,})"', drawn)


def test_each_kind_is_found_in_the_sentence_it_was_made_for():
    shares, read, doses = of_everyone(), read_of(), load.table("dose_groups")
    assert told_of_a_part("Of them 63% began with an EDSS 6.0 to 6.5, where this trial began.", shares)
    assert told_of_a_part("448 people; 63% with EDSS 6.0 to 6.5 at the start", shares)
    assert told_of_a_part("546 people; 56% needed help to walk at the start", shares)
    assert not told_of_a_part("In ASCEND, where 63% began at EDSS 6.0 to 6.5", shares)
    assert outcome_not_read("What MS-STAT saw, once, with another drug; walking did not follow", read) == [r"\bwalk"]
    assert outcome_not_read("In MS-STAT2 walking did not get better", read) == [r"\bwalk"]
    assert not outcome_not_read("A subgroup of MSC-NP phase II walked better", read)
    assert not_alone("Only exPDite prints a size that luck would seldom give, if people differ as much", doses)
    assert not not_alone("Of one alone, exPDite, we read both means and how much people differ.", doses)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_told_is_what_the_rows_name(name):
    shares, read, doses = of_everyone(), read_of(), load.table("dose_groups")
    said = {*told(name), *cells_told(name)}
    assert len(said) > 50
    assert [text for text in said if told_of_a_part(text, shares)] == []
    assert {text: fault for text in said if (fault := outcome_not_read(text, read))} == {}
    assert [text for text in said if not_alone(text, doses)] == []


def test_what_is_said_of_a_dose_tells_no_print():
    """Whether means were printed stands in a column of its own; a word for it in one row would deny it to the others."""
    said = load.table("dose_groups").said
    assert said.ne("").sum() >= 4 and not said.str.contains("print").any()
