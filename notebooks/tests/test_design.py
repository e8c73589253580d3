"""Chapter 01: rules for every figure, values against counts by hand, and each branch of each title."""

import re

import pandas as pd
import pytest

from reporting import tables
from tests import drawing
from tests.chapters import cells, texts_in
from trial import design, load
from trial.charts import design as draw
from trial.methods import posterior

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


def test_ladder_shows_every_dose_and_person_and_each_bar_twice_as_long_as_the_last():
    for width in (310, 640):
        chart = draw.dose_ladder(COHORTS, width, body_weight_kg=70.0)
        said = drawing.texts(chart)
        assert {"A: 0.7 million per kg", "B: 1.4 million per kg", "C: 2.8 million per kg"} <= set(said)
        assert {"D: 5.7 million per kg", "399 million at 70 kg"} <= set(said)
        bars = [row for row in drawing.rows(chart) if "dose" in row]
        assert [row["dose"] for row in bars] == [0.7, 1.4, 2.8, 5.7] and {row["zero"] for row in bars} == {0}
        assert sum("at" in row for row in drawing.rows(chart)) == 12


def test_doses_of_other_trials_are_one_row_a_trial():
    table = design.sister_doses(load.table("sister_doses")).set_index("trial")
    assert table.index.is_unique and table.loc["hNSC-SPMS", ["least", "most"]].tolist() == [5, 24]
    assert table.route.isin(design.ROUTES.values()).all()


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


def test_calendar_by_hand():
    assert CALENDAR.injection_day.tolist() == [0, 14, 28, 119, 133, 147, 238, 252, 266, 357, 371, 385]


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
    assert says in finding(draw.calendar(CALENDAR, 640, recorded=recorded))


def test_passing_draws_both_chances_of_every_curve():
    said = drawing.texts(draw.passing(FOUND, 640, people=12))
    assert {"twelve are treated, nobody has a DLT", "the rule passes the top dose", "2% at each"} <= set(said)
    assert {"78%", "98%", "28%", "67%", "0.2%"} <= set(said)
    # (0.9^3 + 3 x 0.1 x 0.9^2 x 0.9^3)^4 by hand
    flat = FOUND.set_index("curve").loc["flat_10"]
    assert flat.p_top_dose_passed == pytest.approx((0.9**3 + 3 * 0.1 * 0.9**2 * 0.9**3) ** 4)
    assert flat.p_no_dlt_in_12 == pytest.approx(0.9**12)


def test_shares_of_trials_add_up():
    for ends in ("p_mtd_", "people", "_DLT"):  # where they end, and how many people and DLTs they end with
        assert FOUND.filter(like=ends).sum(axis=1).tolist() == pytest.approx([1] * 5)
    shown = tables.shown(FOUND, design.mtd_columns(list("ABCD")))
    assert list(shown)[1:] == ["No dose", "Dose A", "Dose B", "Dose C", "Top dose passed"]


def test_a_curve_has_a_name_that_fits_beside_its_marks():
    assert CURVES["name_in_words"].str.len().max() <= 35


def test_beliefs_name_five_priors():
    beliefs = posterior.beliefs_after_no_harm([3] * 4, 1 / 3)
    table = design.beliefs_by_dose(beliefs, list("ABCD"))
    assert table.prior.nunique() == 5 and len(table) == 10
    # Uniform by itself: Beta(1, 1) before, Beta(1, 4) after
    assert table.D.iloc[0] == 1 / 2 and table.D.iloc[1] == pytest.approx(1 / 5)


def test_more_people_favour_the_newer_rules_and_steep_harm_costs_them():
    table = design.designs_compared(CURVES, 0.3, 3, [12, 15], list("ABCD"), "A")
    better = "of five assumed truths, BOIN and the CRM do in 1 and 2 with 12, in 2 and 4 with 15 people"
    assert design.where_better(table, [12, 15]) == better and len(table) == len(CURVES)
    fast = table.set_index("curve").loc["steep"]
    # (0.95^3 + 3 x 0.05 x 0.95^5) and its kin by hand, dose by dose: passed A and B, not C
    passed = [(1 - p) ** 3 + 3 * p * (1 - p) ** 5 for p in fast.rates]
    assert fast["right_3+3"] == pytest.approx(passed[0] * passed[1] * (1 - passed[2]))
    assert fast["too_high_3+3"] == pytest.approx(passed[0] * passed[1] * passed[2])
    shown = tables.shown(table, design.design_columns([12, 15])).iloc[3]
    assert (shown["Right dose"], shown["Too high: 3+3"], shown["Too high: BOIN"]) == ("dose B", "31%", "54%, 63%")


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
