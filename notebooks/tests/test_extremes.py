"""Two hundred seeded requests through the check, and the tools that run those it accepts (python -m tests.extremes)."""

import json
import math
import re

import pytest
from jsonschema import ValidationError

from reporting import configuration, page, request
from reporting.request import resolve
from tests import extremes
from tests.chapters import valid
from trial import load, words
from trial.own_trial.adam import files

JUDGED = [(text, *extremes.judged(text)) for text in extremes.drawn()]
FIELDS = configuration.schema().model_fields
CODE_WORDS = r"\b(?:dict|tuple|str|int|float|bool|NoneType|None|True|False|datetime|nan_|Traceback|\w+Error|object)\b|<class|\\x|\\u"


def test_some_are_accepted_and_some_refused():
    assert len(JUDGED) == extremes.SETS
    assert sum(refusal is None for _, _, refusal in JUDGED) >= 90 and sum(bool(r) for _, _, r in JUDGED) >= 40


def is_one_plain_sentence(refusal):
    spoken = re.sub(r'"[^"]*"', "", refusal)  # without what the user typed
    return (
        "\n" not in refusal
        and refusal.isprintable()
        and refusal.endswith(".")
        and len(refusal) < 400
        and not re.search(CODE_WORDS, spoken)
    )


def test_a_refusal_is_one_sentence_of_plain_words():
    assert not [refusal for _, _, refusal in JUDGED if refusal and not is_one_plain_sentence(refusal)]
    for wrong in ("seed: NoneType.", "no end", "two\nlines.", "datetime.date(2023, 2, 28) was given."):
        assert not is_one_plain_sentence(wrong)


def test_what_is_accepted_is_a_whole_set_within_its_limits():
    for text, changed, refusal in JUDGED:
        if refusal:
            continue
        whole = request.resolve(changed)
        assert set(whole) == set(FIELDS) and json.loads(json.dumps(whole, allow_nan=False)) == whole, text
        for name, value in changed.items():
            if FIELDS[name].annotation in (int, float):
                lower, upper = extremes.limits(FIELDS[name])
                assert math.isfinite(value) and lower <= value <= upper, text
        name = request.read({"SET": text}).name
        assert name is None or (request.RUN_NAME.fullmatch(name) and len(name) <= request.LONGEST_NAME)


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in extremes.FREE | extremes.BY_FILES])
def test_each_parameter_can_be_taken_to_its_ends_and_no_further(name):
    field = FIELDS[name]
    for value in extremes.ends(field):
        changed, refusal = extremes.judged(extremes.with_partners(name, value))
        assert refusal is None and (name in changed or value.lower() == str(field.default).lower())
    if field.annotation in (int, float):
        lower, upper = extremes.limits(field)
        step = 1 if field.annotation is int else 1e-9
        for beyond in (lower - step, upper + step):
            assert extremes.judged(f"{name}={beyond!r}")[1].startswith(f"{name} must be")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("between nan and 3", "a value that is no number"),
        ("None to 3 people", "a value that is no number"),
        ("an interval up to inf.", "a value that is no number"),
        ("happens to 1 in 1 people", "one in one"),
        ("about 1 people", "one in one"),
        ("takes 15,000,000,000,000,000,285 people", "a number beyond imagination"),
        ("a change of −0.0%", "a minus before nothing"),
        ("a change of -0", "a minus before nothing"),
        ("p is 1.2e-05", "scientific notation"),
        ("in 0.00% of trials", "a share that is rounded away"),
        ("100.0 of 100", "a share that is rounded away"),
        ("is True, which", "a programming word"),
        ("Seen to the end. Who leaves is asked for and named if lost", "who for whoever"),
    ],
)
def test_what_is_absurd_is_noticed(text, kind):
    for output in (
        {page.MARKDOWN: text},
        {page.HTML: f"<td>{text}</td>"},
        {page.FIGURE: f'<p aria-label="{text}"></p>'},
    ):
        assert [fault.split(":")[0] for fault in extremes.absurd(output)] == [kind]
    assert list(extremes.absurd({page.PLAIN: "", page.VEGA_LITE: {"title": {"text": [text]}}}))
    assert list(extremes.absurd({page.PLAIN: "", page.VEGA_LITE: {"data": {"values": [math.nan]}}}))


HARMLESS = ["none of 12", "12 to 101 people", "1 in 10", "0-14 days", "−0.25", "10.0% to 26.5%", "None of them"]


@pytest.mark.parametrize(
    "text",
    [
        *HARMLESS,
        "1 in 1,000",
        "in 1,234,567 people",
        "Who is asked to take part, and why?",
        "Who had two samples is unread",
    ],
)
def test_what_is_not_absurd_passes(text):
    assert not list(extremes.absurd({page.MARKDOWN: text}))


def test_no_share_is_told_absurdly():
    """Small whole numbers, never "1 in 1", and never far from the share itself."""
    shares = [1e-60, 1e-9, *(step / 1000 for step in range(1, 1000)), 1 - 1e-9, 1.0]
    for share in shares:
        told = words.one_in(share)
        assert not list(extremes.absurd({page.MARKDOWN: f"it strikes {told} people"})), (share, told)
        some, of = words.fraction(share)
        assert abs(some / of - share) <= min(0.05 + 1e-12, 0.2 * share + 1e-6), (share, told)
    assert [words.number(size) for size in (1e60, -(10**15), 999)] == ["more than 1,000,000,000,000", "less than \N{MINUS SIGN}1,000,000,000,000", "999"]  # fmt: skip


def test_a_chapter_that_fails_or_speaks_absurdly_is_reported(monkeypatch):
    def run_here(name, publish, patch, values, check):
        if name == "04_biomarkers":
            raise ValueError("no such panel")
        publish({page.MARKDOWN: "about 1 people" if name == "00_summary" else "fine"})

    monkeypatch.setattr(extremes, "run_here", run_here)
    faults = extremes.run({"n_analytes": 2})
    assert [chapter for chapter, _ in faults] == ["04_biomarkers", "00_summary"]
    assert faults[0][1].startswith("ValueError: no such panel") and faults[1][1].startswith("one in one")


def test_the_smallest_cell_goes_as_far_as_there_are_people():
    values = resolve({})
    people = len(files.read(values["own_trial"], values["seed"]).people)
    files.check(values | {"smallest_cell": people})
    with pytest.raises(load.DataError) as refused:
        files.check(values | {"smallest_cell": people + 1})
    assert str(refused.value).startswith("smallest_cell: there are fewer people")
    assert is_one_plain_sentence(str(refused.value))


def test_a_spec_that_vega_lite_does_not_allow_is_noticed():
    good = {"mark": {"type": "point"}, "data": {"name": "x"}, "encoding": {}}
    assert valid(good) == good
    for wrong in ({"mark": {"type": "pint"}}, {"encoding": {"x": {"filed": "a"}}}, {"width": "wide"}):
        with pytest.raises(ValidationError):
            valid(good | wrong)
