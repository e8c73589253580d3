"""Chapter 01: rules for every figure, values against counts by hand, and each branch of each title."""

import re

import pandas as pd
import pytest

from tests import drawing
from tests.chapters import cells, texts_in
from trial import design, load
from trial.charts import design as draw

RULES, COHORTS = load.table("design_rules").set_index("rule"), load.table("cohorts")
CALENDAR = design.earliest_calendar(COHORTS, RULES, 91)
CURVES = design.named_curves(load.table("dlt_curves"), {})
FOUND = design.characteristics(CURVES, "A")


def texts_in_chapter(name):
    """The prose of a chapter: its Markdown, and the words in its code."""
    return [*cells(name, "markdown"), *(text for source in cells(name, "code") for text in texts_in(source))]


def finding(chart):
    return " ".join(drawing.title(chart))


def test_every_rule_of_entry_is_told():
    """What the registry and the abstract ask of a person stands in the table, each with its source."""
    glance, asked = design.at_a_glance(RULES), RULES[RULES.locator.str.match("(inclusion|exclusion) criteria")]
    asked = pd.concat(
        [asked, RULES.loc[["age_years", "edss_at_entry", "disease_duration_years", "no_alternative_therapy"]]]
    )
    assert len(asked) >= 12
    for rule, row in asked.iterrows():
        told = row.text or f"{row.value if row.value == row.value else row.lower:g}"
        assert any(told.lower() in cell.lower() for cell in glance["In this trial"]), rule
        assert glance.Source.str.contains(row.source).any(), rule


def test_nothing_is_told_without_its_source():
    """What a rule says in words stands in the table by its name, so that its source stands beside it."""
    literal = {what: re.sub(r"{[^}]*}", "|", text) for what, text in design.GLANCE.items()}
    for rule, text in RULES.text[RULES.text != ""].items():
        said = re.findall(r"[\w-]+", text)
        phrases = [" ".join(said[at : at + 3]) for at in range(len(said) - 2)]
        assert not [(what, phrase) for what, told in literal.items() for phrase in phrases if phrase in told], rule


def test_the_people_of_both_kinds_are_all_people():
    assert (
        RULES.value.people_spms + RULES.value.people_ppms == RULES.value.people_enrolled == COHORTS.people_treated.sum()
    )
    assert len(RULES.text.primary_outcomes.split("; ")) == RULES.value.primary_outcomes


@pytest.mark.parametrize(
    ("doses", "begins"),
    [
        ([0.7, 1.4, 2.8, 5.7], "Each step doubled the dose, three people"),
        ([1, 3, 9, 27], "Each step raised the dose 3-fold"),
        ([1, 2, 9, 10], "From the lowest to the highest, the dose rose 10-fold"),
    ],
)
def test_ladder_title_follows_the_steps(doses, begins):
    cohorts = COHORTS.assign(dose_million_cells_per_kg=doses)
    assert finding(draw.dose_ladder(cohorts, 640, body_weight_kg=70.0)).startswith(begins)


def test_totals_of_a_dose_by_hand():
    row = design.total_cells(COHORTS, 70.0).iloc[-1]
    # 5.7 x 70 = 399, a tenth less and a tenth more
    assert [row.least_million_cells, row.total_million_cells, row.most_million_cells] == pytest.approx(
        [359.1, 399, 438.9]
    )


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (1522, "The rules allow 35 months; by the recorded dates it took 50"),
        (1080, "are close to the 35 months"),
        (600, "month 20, is sooner than the 35 months"),
    ],
)
def test_calendar_title_follows_the_recorded_end(end, says):
    recorded = pd.DataFrame({"day": [0, end], "label": ["start", "end"]})
    assert says in finding(draw.calendar(CALENDAR, 640, recorded=recorded, chosen=False))


def test_a_curve_has_a_name_that_fits_beside_its_marks():
    assert CURVES["name_in_words"].str.len().max() <= 35


def test_nobody_is_said_to_be_unharmed():
    """Ten events were put down to the cells: what the rule counts, and we infer, is DLTs."""
    told = [str(draw.passing(FOUND, 640, 12).to_dict()), str(FOUND)]
    told += [*design.CHARACTERISTICS, *design.mtd_columns(list("ABCD")), *design.BELIEFS]
    told += texts_in_chapter("01_design")
    assert not [
        text for text in told if re.search(r"(nobody|no one|none)( \w+)? harmed|harm(ed)? nobody|unharmed", text)
    ]


def test_what_the_registry_planned_is_told_as_a_plan():
    """Sentences that cite the registry alone speak of its rule in words of a plan, not of conduct."""
    conduct = r"\b(the )?(safety )?board (also )?(met|looked|saw|reviewed)\b|\bthe rule let\b|\bwas opened\b"
    assert not [text for text in texts_in_chapter("01_design") if re.search(conduct, text)]
