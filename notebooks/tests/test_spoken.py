"""Sentences of every chapter: kinds of fault that referees found, each with what it would have been found in."""

import re

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
