"""A limit is spoken with its side and its method: in the same sentence, or in the head, caption or note beside it."""

import html
import re

import pytest

from tests import extremes
from tests.chapters import NAMES, reference

SPEAKS = (
    r"\b(limits?(?! (of what|found|was reached|the dose))|intervals?|(still|would( still)?) fits?|fits? (true )?(rates|effects)|still possible|"
    r"exclud(e|es|ed|ing)|rul(e|es|ed|ing) out)\b"
)
SIDE = r"\b(one|two)-sided\b|\bMethod Sides\b|\bas printed\b|\bover the rounding\b|\bprinted (limits?|intervals?|95% intervals?)\b|\bprints \d"
METHOD = (
    r"\b(exact(ly)?|quadrature|beta-binomial|posterior|Clopper-Pearson|Poisson|gamma|Wilson|score|normal|Student|"
    r"t (test|interval)s?|t(?=, (one|two)-sided)|prints \d|simulated|(as )?printed|every named interval|over the rounding)\b"
)

LEVEL = r"(one|two)-sided (at )?\(?\d|\d% (limits|intervals?)|\(\d\d%|limits?.{0,40}\d\d%|\b(as )?printed\b"


def silent(text):
    """Whether a piece of text speaks of a limit in numbers, and names no side, no method, or beside a side no level."""
    bare = re.sub(r"\]\([^)]*\)", "]", text)
    spoken = re.search(SPEAKS, bare, flags=re.I) and re.search(r"\d", re.sub(r"\[[^\]]*\]", "", bare))
    levelled = re.search(LEVEL, bare, flags=re.I) or not re.search(r"(one|two)-sided", bare)
    return bool(spoken) and not (levelled and all(re.search(each, bare, flags=re.I) for each in (SIDE, METHOD)))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("None of 12 fits true rates of 0% to 26% (exact, two-sided 95%).", False),
        ("None of 12 fits true rates of up to 26%.", True),
        ("Rates up to 26% would still fit (exact).", True),
        ("The limit is 22% (one-sided).", True),
        ("Limits (exact, two-sided) that alone move the size from 608 to 747 a group.", True),
        ("Limits (exact, two-sided 95%) that alone move the size from 608 to 747 a group.", False),
        ("To exclude 1 in 20, 59 people must stay free of it.", True),
        ("To exclude 1 in 20, 59 people must stay free of it (exact, one-sided 95%).", False),
        ("In brackets: 95% intervals as printed.", False),
        ("The limits are wide in every row.", False),
        ("Dark = limits of the average of 70 (t, two-sided 95%).", False),
        ("Dark = 95% limits of the average of 70.", True),
        ("One digest prints 1.31 as its upper limit.", False),
        ("The highest of 4 doses tried is not a limit found.", False),
        ("Harm that limits the dose struck none of 3 at 10 units.", False),
        ("Pregnant women were excluded ([MS-STAT2 2014](#ref-a)).", False),
    ],
)
def test_what_counts_as_silent(text, wrong):
    assert silent(text) == wrong


def plain(markup):
    """Words of a piece of HTML; drawings and scripts left out."""
    markup = re.sub(r"<(svg|script)\b.*?</\1>", " ", markup, flags=re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)))


def one_line(text):
    return " ".join([text] if isinstance(text, str) else text)


def spoken(name):
    """What a chapter says, piece by piece: a sentence; a table with its caption, heads and note; a figure with its words."""
    for cell in reference(name)["cells"]:
        for output in cell.get("outputs", []):
            data = {key: one_line(value) if isinstance(value, list) else value for key, value in output["data"].items()}
            if "text/markdown" in data:
                yield from re.split(r"\n+|(?<=[.?!:;]) (?=[A-Z])", "".join(output["data"]["text/markdown"]))
            elif "text/vnd.literate-report.figure" in data:
                chart = data["application/vnd.vegalite.v5+json"]
                title = chart["title"]["text"]
                told = [
                    title["expr"] if isinstance(title, dict) else one_line(title),
                    one_line(chart["title"]["subtitle"]),
                ]
                yield " ".join([*told, chart["description"], plain(data["text/vnd.literate-report.figure"])])
            elif 'class="table"' in data.get("text/html", ""):
                # of the cells only those with something in brackets that looks like limits: "0.94 (0.58 to 1.50)"
                table = data["text/html"]
                heads = re.sub(r"<tbody>.*?</tbody>", " ", table, flags=re.S)
                pairs = re.search(r"\d%? \([−\d][\d.,]*%? to [−\d]", plain(table))
                yield plain(heads) + (" intervals 1" if pairs else "")


@pytest.mark.parametrize("name", NAMES)
def test_no_chapter_says_what_no_reader_should_meet(name):
    """At its defaults too: no nan, no word of a program, no "1 in 1" in a sentence, a table or a picture."""
    outputs = [output["data"] for cell in reference(name)["cells"] for output in cell.get("outputs", [])]
    told = [{key: "".join(said) if isinstance(said, list) else said for key, said in data.items()} for data in outputs]
    assert len(told) > 10 and [fault for data in told for fault in extremes.absurd(data)] == []


def records(name):
    """The named results of a chapter that are limits, or have some."""
    for cell in reference(name)["cells"]:
        for output in cell.get("outputs", []):
            for row in output["data"].get("application/vnd.literate-report.results+json", {}).get("results", []):
                if row["upper"] is not None or re.search(r"upper|lower|exclude|pooled", row["name"]):
                    yield row


@pytest.mark.parametrize("name", NAMES)
def test_every_limit_is_spoken_with_its_side_and_its_method(name):
    assert not [text for text in spoken(name) if silent(text)]


@pytest.mark.parametrize("name", NAMES)
def test_every_limit_that_is_kept_names_its_side(name):
    sided = r"(one|two)-sided|(two|Monte Carlo) standard errors|as printed|at either end of its range"
    assert not [row["name"] for row in records(name) if not re.search(sided, row["method"])]
