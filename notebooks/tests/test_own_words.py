"""What the chapter says of odd trials: nobody is named, numbers and their nouns and verbs fit, and nothing is left open in a sentence."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest

from reporting import page
from tests.chapters import run_here
from tests.test_own_trial import everything
from trial import load
from trial.own_trial import example

SMALL = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
NOUNS = "test|event|measure|cohort|comparison|finding|row|visit|term"
WRONG = {
    "one of several nouns": rf"\b(one|1) ({NOUNS})s\b|\b(one|1) (other )?people\b",
    "several of one noun": rf"\b({SMALL}|\d\d+|[2-9]) ({NOUNS}|person)\b(?! of| a)",
    "one that are": rf"\b(one|1) ({NOUNS}|person) (lean|have|were|are|reach|come)\b",
    "several that is": rf"\b({SMALL}|\d\d+|[2-9]) ({NOUNS}s|people) (leans|has|was|is)\b",
    "digits of words": rf"\b\d+ of ({SMALL}|one)\b",
    "a share of one": r"\b(none|one|any|all|1) of (the )?(one|1)\b(?! person had a dated event)",
    "a gap": r"\S  \S|\binstead of ?\.|\(\s*\)| [.,;:)]|\bNone of None\b|<NA>|\bnan\b|\bNaN\b|: ?\.|,\.|\.\.(?!\.)",
    "nobody": r"\bno people\b|\bno person had\b",
    "twice the same": r"\b(\w+) \1\b",
}


def frames(seed=5, study="MINE", **changed):
    made = {name: frame.assign(STUDYID=study) for name, frame in example.example_trial(seed).items()}
    return {name: frame for name, frame in (made | changed).items() if frame is not None}


def many(base, people):
    """A trial of so many people, by repeating the example's with other identifiers."""
    parts = {name: [] for name in base}
    for copy in range(-(-people // 12)):
        for name, frame in base.items():
            parts[name].append(frame.assign(USUBJID=frame.USUBJID + f"-{copy}"))
    return {name: pd.concat(part, ignore_index=True) for name, part in parts.items()}


def arms(frame, *names):
    return frame.assign(TRT01A=[names[at % len(names)] for at in range(len(frame))]).drop(columns="DOSE01A")


def odd():
    """Trials at the edges, by name: tables, and parameters that are not as they stand."""
    base = frames()
    people = base["adsl"]
    first = base["adlb"][base["adlb"].PARAMCD == "MOL1"]
    crowd = many(base, 72)
    no_baseline = base["admri"].assign(ABLFL="", BASE=np.nan, CHG=np.nan)
    hostile = {
        "adsl": people.assign(TRT01A=lambda t: "<b>[x](y)</b> " + t.TRT01A + " and a very long name indeed"),
        "adae": base["adae"].assign(AEDECOD="<script>alert(1)</script>"),
        "adlb": base["adlb"].assign(AVISIT=lambda t: "<i>" + t.AVISIT),
    }
    made = {
        "people only": {"adsl": people},
        "cohorts of one": frames(adsl=people.assign(TRT01A=[f"c{n}" for n in range(12)])),
        "one person": {name: frame[frame.USUBJID == "SIM-01"] for name, frame in base.items()},
        "one event": frames(adae=base["adae"].head(1), adlb=first, admri=None),
        "no event, one measure": frames(adae=base["adae"].head(0), adlb=None),
        "no baseline": {"adsl": people, "admri": no_baseline},
        "nothing changes": {"adsl": people, "admri": base["admri"].assign(CHG=0.0)},
        "hostile names": hostile,
        "placebo, one measure": frames(adsl=arms(people, "Placebo", "Drug"), adlb=first, admri=None),
        "placebo and two arms": frames(adsl=arms(people, "Placebo", "Low", "High")),
        "one cohort, bare events": {
            "adsl": people.drop(columns=["DOSE01A", "TRTDURD"]).assign(TRT01A="only"),
            "adae": base["adae"][["USUBJID", "AEDECOD"]],
            "adlb": base["adlb"],
        },
        "a death": frames(adsl=people.assign(DTHFL=["Y", *[""] * 11])),
        "deaths and no events": {"adsl": people.assign(DTHFL=["Y", "Y", *[""] * 10])},
        "many people": crowd,
        "many people, placebo": crowd | {"adsl": arms(crowd["adsl"], "Placebo", "Drug")},
    }
    return {name: (tables, {}) for name, tables in made.items()} | {
        "small numbers hidden": (crowd, {"smallest_cell": 5})
    }


ODD = odd()
FEW = {"one person", "no event, one measure", "hostile names", "placebo and two arms"}


def of(*names):
    """Checks of these trials, those beyond a few apart."""
    marks = {name: [pytest.mark.apart] * (name not in FEW) for name in names}
    return pytest.mark.parametrize("name", [pytest.param(name, marks=marks[name]) for name in names])


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """From the name of a trial to what the chapter publishes of it."""

    @cache
    def give(name):
        (tables, given), folder, made = ODD[name], tmp_path_factory.mktemp("trial"), []
        load.write_own_trial(tables, folder)
        with pytest.MonkeyPatch.context() as patch:
            run_here("07_own_trial", made.append, patch, {"own_trial": str(folder), **given}, check=True)
        return made

    return give


@pytest.fixture(scope="module")
def spoken(published):
    """From the name of a trial to what is said, captioned and told in place of pictures."""

    def give(name):
        outputs = published(name)
        texts = [output[page.MARKDOWN] for output in outputs if page.MARKDOWN in output]
        texts += [output[page.PLAIN] for output in outputs if page.FIGURE in output]
        for output in outputs:
            html = output.get(page.HTML, "") + output.get(page.FIGURE, "")
            told = re.findall(r"<figcaption><span[^>]*></span> (.*?)</figcaption>", html)
            told += re.findall(r'<div class="note">(.*?)</div>', html)
            texts += [re.sub(r"<[^>]+>", "", part) for part in told]
        return texts

    return give


@of(*ODD)
def test_every_odd_trial_gets_a_page_that_names_nobody_and_no_other_trial(name, published):
    text = everything(published(name))
    assert "SIM-" not in text, "an identifier"
    assert "imulated" not in text, "these files do not say that they are simulated"
    for word in ("STEMS", "twelve people can tell", "spinal", "None of None", "<NA>"):
        assert word not in text, word
    assert not re.search(r"\b(nan|NaN)\b", text), "a number that is none"
    pages = [out[kind] for out in published(name) for kind in (page.HTML, page.FIGURE, page.MARKDOWN) if kind in out]
    assert not any(re.search(r"<script>|<b>|<i>", part) for part in pages), "names from files stay text"
    told = [output[page.MARKDOWN] for output in published(name) if page.MARKDOWN in output]
    assert told[0].startswith("The files hold")
    assert not any("recorded for any of" in part for part in told), "what is not recorded gets a sentence of its own"


@of(*ODD)
def test_numbers_and_their_words_fit(name, spoken):
    assert len(spoken(name)) > 4
    for text in spoken(name):
        for what, pattern in WRONG.items():
            found = re.search(pattern, text)
            assert not found, f"{what}: {text[max(0, found.start() - 60) : found.end() + 40]}"


def test_the_rules_catch_what_was_wrong():
    wrong = ["One tests", "One test lean on a", "3 of three events", "any of the one measure", "instead of .", "None of one imaging measure", "1 people"]  # fmt: skip
    for text in wrong:
        assert any(re.search(pattern, text, re.IGNORECASE) for pattern in WRONG.values()), text
    fine = ["none of 6 people", "two of 14 measures", "the one test that", "one of 12", "All 12 tests"]
    assert not any(re.search(pattern, text) for text in fine for pattern in WRONG.values())


@of("placebo, one measure", "placebo and two arms", "many people, placebo")
def test_a_control_is_spoken_of_by_arm(name, spoken):
    answer = spoken(name)[0]
    assert "The cohort Placebo is there for comparison" in answer and "in the cohort Placebo" in answer
    assert "set against Placebo" in answer or "comparisons of" in answer
    assert not any("Everyone" in text for text in spoken(name))
    assert re.search(
        r"Of 100 people, (\d+ (more|fewer)|as many) in the cohort (Drug|Low|High) (than|as) in the cohort Placebo had an event: .*exact unconditional, two-sided 95%",
        answer,
    ), "the method and the side of each limit"


@of(*ODD)
def test_each_limit_names_its_side(name, spoken):
    for line in "\n".join(spoken(name)).splitlines():
        if re.search(r"\d% to \d+%|at most \d+%", line) and "by cohort" not in line and "of a cohort" not in line:
            assert re.search(r"(one|two)-sided \d+%", line), line


def test_a_death_outside_the_events_is_told(spoken):
    answer, *others = spoken("a death")
    assert "1 of 12 people died, by the list of people" in answer and "no fatal event accounts for" in answer
    told = "\n".join(others)
    assert "By the list of people one person died" in told and "by the events nobody had a fatal one" in told
    assert not re.search(r"that holds here for: [^.]*fatal", told), "nobody may read that death was not seen"


def test_beyond_sixty_people_nobody_is_drawn_alone(spoken):
    assert any("single ones can no longer be told apart" in text for text in spoken("many people"))
    assert any("middle half" in text for text in spoken("many people"))
    assert not any("One dot = one person" in text for text in spoken("many people"))
