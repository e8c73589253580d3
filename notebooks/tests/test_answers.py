"""The answer sheet, filled in with words marked as a test: each is spoken, the lists shrink, a wrong one is refused."""

import csv
import html
import re
import shutil

import pytest

from reporting import page
from tests.chapters import NAMES, NOTEBOOKS, ROOT, cells, run_here
from tests.test_claims import RESULTS, SETTINGS
from trial import answers, load, words
from trial.claims import weighing

SHEET = load.table("not_read")
KEYS = SHEET["key"].tolist()
FILLED = {"answer": "This is a test for {key}.", "answer_locator": "test page {number}", "answer_read_on": "2026-11-25"}


def written(folder, change):
    """The sheet in a copy of data/, each row as `change(number, row)` leaves it."""
    path = folder / "not_read.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        change(number, row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def fill(keys):
    def change(number, row):
        if row["key"] in keys:
            told = row["key"].replace("_", " ")
            row.update({name: text.format(key=told, number=number) for name, text in FILLED.items()})

    return change


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of data/ that is read in its place."""
    made = shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setenv("REPORT_DATA", str(made))
    return made


def spoken_by(name, monkeypatch):
    """All that a chapter says, tables and drawings' descriptions included."""
    said = []
    run_here(
        name, lambda data, **_: said.append(" ".join(str(text) for text in data.values())), monkeypatch, check=False
    )
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
def test_each_answer_is_spoken_where_the_sheet_says_it_would_change_something(name, folder, monkeypatch):
    """Filled in as a test, the sheet changes the page of each chapter that a row names: all its answers are spoken there."""
    written(folder, fill(KEYS))
    said = spoken_by(name, monkeypatch)
    missing = [key for key in SHEET.loc[SHEET["would_change_chapter"] == name, "key"] if answer_to(key) not in said]
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


def test_the_list_of_what_is_not_read_shrinks(folder, monkeypatch):
    first, *rest = KEYS
    written(folder, fill([first]))
    said = spoken_by("08_claims", monkeypatch)
    assert answer_to(first) in said and "Filled in so far" in said
    items = dict(zip(SHEET["key"], SHEET["item"], strict=True))
    listed = [key for key in KEYS if f'<th scope="row">{html.escape(items[key])}</th>' in said]
    assert listed == rest


def test_a_verdict_says_that_a_number_was_read_since(folder):
    """It does not follow a sentence; it names it, so that "no number read" is not left standing."""
    claims = load.table("claims")
    before = weighing.results(claims, RESULTS, SETTINGS).set_index("claim_id")
    written(folder, fill(["volume_by_person", "severity_grades"]))
    after = weighing.results(claims, RESULTS, SETTINGS).set_index("claim_id")
    assert not before["since"].any() and before["twelve"].equals(after["twelve"])
    assert after.index[after["since"] != ""].tolist() == ["abstract_05", "news_05"]
    assert answer_to("severity_grades") in after.loc["abstract_04", "because"]


def test_one_answer_changes_one_row(folder):
    written(folder, fill(["molecules"]))
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

MANY = " ".join(["word"] * 26)
WRONG = [
    ({"answer": MANY}, "answer", "not as the column asks"),
    ({"answer": "two <b>bold</b> words"}, "answer", "not as the column asks"),
    ({"answer": "a [link](somewhere)"}, "answer", "not as the column asks"),
    ({"answer": "see https://a.example"}, "answer", "not as the column asks"),
    ({"answer": "*so* it is"}, "answer", "not as the column asks"),
    ({"answer": "a | b"}, "answer", "not as the column asks"),
    ({"answer": "two  blanks"}, "answer", "not as the column asks"),
    ({"answer": "two\nlines"}, "answer", "not as the column asks"),
    ({"answer_locator": "<i>page</i> 3"}, "answer_locator", "not as the column asks"),
    ({"answer_locator": ""}, "answer_locator", "needs all three"),
    ({"answer_read_on": ""}, "answer_read_on", "needs all three"),
    ({"answer": ""}, "answer", "needs all three"),
    ({"answer_read_on": "25 November"}, "answer_read_on", "not as the column asks"),
    ({"answer_read_on": "2026-02-30"}, "answer_read_on", "no day of the calendar"),
]


@pytest.mark.parametrize(("wrong", "column", "why"), WRONG)
def test_a_wrong_answer_is_refused_by_row_and_column(wrong, column, why, folder):
    def change(number, row):
        if number == 2:
            fill([row["key"]])(number, row)
            row.update(wrong)

    written(folder, change)
    with pytest.raises(load.DataError) as caught:
        load.check_all()
    said = str(caught.value)
    assert re.match(rf"data/not_read.csv, row \d+, column {column}: ", said) and why in said and said.endswith(".")
    assert "\n" not in said.replace("two\nlines", "")


def test_twenty_five_words_are_allowed(folder):
    def change(number, row):
        if number == 2:
            fill([row["key"]])(number, row)
            row["answer"] = " ".join(["word"] * 25)

    written(folder, change)
    load.check_all()


def test_two_answers_to_one_key_are_refused(folder):
    def change(number, row):
        fill([row["key"]])(number, row)
        row["key"] = KEYS[min(number, 1)]

    written(folder, change)
    with pytest.raises(load.DataError, match=r"not_read.csv, row \d+, column key: another row has the same key"):
        load.check_all()


@pytest.mark.parametrize("key", KEYS[:2])
def test_it_reads_well_answered_or_not(key, folder):
    """Any sentence stands in place of "not in what we read": no two full stops, and capitals as they come."""
    assert answers.sentence(key, "What we ask").endswith(f"{words.NOT_READ}.")
    written(folder, fill([key]))
    told = answers.sentence(key, "What we ask")
    assert told.startswith("What we ask: as reported, This is a test") and told.count(".") == 1
