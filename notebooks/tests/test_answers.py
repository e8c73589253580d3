"""The answer sheet, filled in with words marked as a test: each is spoken, the lists shrink, a wrong one is refused."""

import html
import re

import pandas as pd
import pytest

from reporting import page
from tests.chapters import NAMES, NOTEBOOKS, cells, run_here
from tests.test_claims import RESULTS, SETTINGS
from trial import answers, load, words
from trial.claims import weighing

SHEET = load.table("not_read")
KEYS = SHEET["key"].tolist()
FILLED = {"answer": "This is a test for {key}.", "answer_locator": "test page {number}", "answer_read_on": "2026-11-25"}


@pytest.fixture
def filled(copied_data):
    """Fills in the sheet of a copy of data/ for some keys; `over`: what then stands in place of a test's words, by column."""

    def fill(keys, **over):
        sheet = pd.read_csv(copied_data / "not_read.csv", dtype=str, keep_default_na=False)
        for number in sheet.index[sheet["key"].isin(keys)]:
            told = sheet.loc[number, "key"].replace("_", " ")
            answer = {name: text.format(key=told, number=number) for name, text in FILLED.items()} | over
            sheet.loc[number, list(answer)] = list(answer.values())
        sheet.to_csv(copied_data / "not_read.csv", index=False)

    return fill


def spoken_by(name, monkeypatch):
    """All that a chapter says, tables included; no answer stands in a picture, which takes longest."""
    said = []
    monkeypatch.setattr(page, "chart", lambda *_, **__: None)
    run_here(name, lambda data, **_: said.append(" ".join(str(text) for text in data.values())), monkeypatch)
    return "\n".join(said)


# --- each key is spoken -----------------------------------------------------------------------------------------------


def asked_for():
    """Keys by the sources that name them in quotation marks, among the chapters and the modules of trial."""
    found = {}
    for path in [*NOTEBOOKS.glob("[0-9]*.py"), *(NOTEBOOKS / "trial").rglob("*.py")]:
        for key in re.findall(r"[\"']([a-z][a-z0-9_]*)[\"']", path.read_text(encoding="utf-8")):
            if key in KEYS and path.name != "answers.py":
                found.setdefault(key, set()).add(path.name)
    return found


def test_each_key_is_spoken_somewhere():
    assert [key for key in KEYS if key not in asked_for()] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name in set(SHEET["would_change_chapter"])])
def test_each_answer_is_spoken_where_the_sheet_says_it_would_change_something(name, filled, monkeypatch):
    """Filled in as a test, the sheet changes the page of each chapter that a row names: all its answers are spoken there."""
    keys = SHEET.loc[SHEET["would_change_chapter"] == name, "key"]
    assert answers.wanted(name).count("\n- ") == len(keys) - 1
    filled(KEYS)
    assert answers.wanted(name) == "All that this chapter asked of the article has been read."
    said = spoken_by(name, monkeypatch)
    missing = [key for key in keys if answer_to(key) not in said]
    assert not missing, f"{name} does not speak the answers to {missing}"


@pytest.mark.parametrize("name", NAMES)
def test_the_mark_for_what_is_not_read_is_explained_once_and_first(name):
    source = "\n".join(cells(name, "code"))
    marks, told = source.count("answers.MARK"), source.count("answers.EXPLAINED")
    assert told == (marks > 0), f"{name}: {marks} marks, explained {told} times"
    assert not marks or source.index("answers.EXPLAINED") < source.index("answers.MARK")


def test_the_mark_says_that_the_article_is_open_and_why_it_was_not_read():
    assert f"[anyone can open it]({answers.ARTICLE})" in answers.EXPLAINED
    assert answers.EXPLAINED.endswith("no copy could be had when this was written.")


def answer_to(key):
    return f"This is a test for {key.replace('_', ' ')} ("


def test_the_list_of_what_is_not_read_shrinks(filled, monkeypatch):
    first, *rest = KEYS
    filled([first])
    said = spoken_by("08_claims", monkeypatch)
    assert answer_to(first) in said and "Filled in so far" in said
    items = dict(zip(SHEET["key"], SHEET["item"], strict=True))
    listed = [key for key in KEYS if f'<th scope="row">{html.escape(items[key])}</th>' in said]
    assert listed == rest


def test_a_verdict_says_that_a_number_was_read_since(filled):
    """It does not follow a sentence; it names it, so that "no number read" is not left standing."""
    claims = load.table("claims")
    before = weighing.results(claims, RESULTS, SETTINGS).set_index("claim_id")
    filled(["volume_by_person", "severity_grades"])
    after = weighing.results(claims, RESULTS, SETTINGS).set_index("claim_id")
    assert not before["since"].any() and before["twelve"].equals(after["twelve"])
    assert after.index[after["since"] != ""].tolist() == ["abstract_05", "news_05"]
    assert answer_to("severity_grades") in after.loc["abstract_04", "because"]


def test_one_answer_changes_one_row(filled):
    filled(["molecules"])
    assert answers.answered()["key"].tolist() == ["molecules"] and len(answers.unread()) == len(SHEET) - 1
    assert answers.is_read("molecules") and not answers.is_read("disability")
    number = KEYS.index("molecules")
    assert answers.said("molecules") == f"This is a test for molecules (test page {number})"
    linked = answers.said("molecules", page.cite)
    assert linked == f"This is a test for molecules ([Genchi et al. 2023](#ref-genchi2023); test page {number})"
    assert answers.sentence("molecules", "What rose") == f"What rose: as reported, {answers.said('molecules')}."
    assert answers.said("disability") == words.NOT_READ


def test_the_sheet_is_empty_and_its_keys_are_unknown_elsewhere():
    assert not len(answers.answered()) and len(set(KEYS)) == len(KEYS)
    with pytest.raises(KeyError, match="no key of data/not_read.csv"):
        answers.said("walking_on_water")


# --- what is refused, by file, row and column -------------------------------------------------------------------------

AS_ASKED, ALL_THREE, SEVERAL = "not as the column asks", "needs all three", "has more than one sentence; join them"
WRONG = [
    ("answer", " ".join(["word"] * 26), AS_ASKED),
    ("answer", "two <b>bold</b> words", AS_ASKED),
    ("answer", "a [link](somewhere)", AS_ASKED),
    ("answer", "see https://a.example", AS_ASKED),
    ("answer", "*so* it is", AS_ASKED),
    ("answer", "a | b", AS_ASKED),
    ("answer", "two  blanks", AS_ASKED),
    ("answer", "two\nlines", AS_ASKED),
    ("answer", "It fell in three. Nobody fell ill.", SEVERAL),
    ("answer", "None had one at dose D. It was 0.5 elsewhere", SEVERAL),
    ("answer", "“It fell.” The rest rose!", SEVERAL),
    ("answer", "", ALL_THREE),
    ("answer_locator", "<i>page</i> 3", AS_ASKED),
    ("answer_locator", "", ALL_THREE),
    ("answer_read_on", "", ALL_THREE),
    ("answer_read_on", "25 November", AS_ASKED),
    ("answer_read_on", "2026-02-30", "no day of the calendar"),
]


@pytest.mark.parametrize(("column", "wrong", "why"), WRONG)
def test_a_wrong_answer_is_refused_by_row_and_column(column, wrong, why, filled):
    filled(KEYS[2:3], **{column: wrong})
    with pytest.raises(load.DataError) as caught:
        load.check_all()
    said = str(caught.value)
    assert re.match(rf"data/not_read.csv, row \d+, column {column}: ", said) and why in said and said.endswith(".")
    assert "\n" not in said.replace("two\nlines", "")


@pytest.mark.parametrize(
    "right",
    [
        " ".join(["word"] * 25),
        "It fell by 0.2 (SD 0.1) vs. 0.6, e.g. in D.",
        "As G. Martino et al. say, approx. 6 of 12; see Fig. 2.",
    ],
)
def test_one_sentence_of_twenty_five_words_is_allowed(right, filled):
    filled(KEYS[2:3], answer=right)
    load.check_all()


def test_two_answers_to_one_key_are_refused(filled):
    filled(KEYS[1:3], key=KEYS[1])
    with pytest.raises(load.DataError, match=r"not_read.csv, row \d+, column key: another row has the same key"):
        load.check_all()


@pytest.mark.parametrize("key", KEYS[:2])
def test_it_reads_well_answered_or_not(key, filled):
    """Any sentence stands in place of "not in what we read": no two full stops, and capitals as they come."""
    assert answers.sentence(key, "What we ask").endswith(f"{words.NOT_READ}.")
    filled([key])
    told = answers.sentence(key, "What we ask")
    assert told.startswith("What we ask: as reported, This is a test") and told.count(".") == 1
