"""The claim ledger: no verdict is typed, each follows its number, and every row leads somewhere."""

import re

import pandas as pd
import pytest

from reporting.html import slug
from tests.chapters import NAMES, cells
from trial import ledger, load, summary

RESULTS = (
    pd.DataFrame(
        [
            ("safety.related_serious", 0, 0, 0.2646, "Clopper-Pearson, two-sided"),
            ("safety.any_serious", 1 / 12, 0.0021, 0.3848, "Clopper-Pearson, two-sided"),
            ("safety.n_to_exclude_5pct", 59, None, None, ""),
            ("imaging.new_lesions", 0.5, 0.2109, 0.7891, "Clopper-Pearson, two-sided"),
            ("imaging.expected_new_lesion_poisson", 0.6014, None, None, "Poisson"),
            ("imaging.p_top_cohort_best_no_effect", 0.25, None, None, "exact"),
            ("imaging.p_top_better_than_rest_no_effect", 0.5, None, None, "exact"),
            ("imaging.p_top_cohort_best_with_effect", 0.62, None, None, "quadrature"),
            ("imaging.min_p_3_v_9", 1 / 220, None, None, "exact permutation, one-sided"),
            ("biomarkers.min_p_signed_rank", 2 / 4096, None, None, "exact, two-sided"),
            ("biomarkers.min_p_signed_rank_3", 0.25, None, None, "exact, two-sided"),
            ("biomarkers.expected_false_increases", 1.25, None, None, "no correction"),
            ("next_trial.n_per_arm", 46, None, None, "z formula, two-sided"),
        ],
        columns=["name", "value", "lower", "upper", "method"],
    )
    .set_index("name")
    .assign(unit="")
)
CLAIMS, DATA = load.table("claims"), {name: load.table(name) for name in ledger.TABLES}  # read once


def moved(name, **numbers):
    """The results with one of them changed."""
    changed = RESULTS.copy()
    for column, number in numbers.items():
        changed.loc[name, column] = number
    return changed


def with_cell(table, row, column, value):
    """A table of the data with one cell changed in the rows that are chosen."""
    changed = DATA[table].copy()
    changed.loc[row(changed), column] = value
    return {table: changed}


def verdicts(claims, results=RESULTS, **changed):
    return ledger.ledger(claims, results, **{**DATA, **changed}).set_index("claim_id")["verdict"].to_dict()


@pytest.fixture(scope="module")
def weighed():
    return ledger.ledger(CLAIMS, RESULTS)


def test_every_claim_has_one_row_with_nothing_empty(weighed):
    assert weighed["claim_id"].tolist() == CLAIMS["claim_id"].tolist()
    assert set(weighed["verdict"]) <= set(ledger.glosses()) and len(ledger.glosses()) == 5
    assert all(isinstance(text, str) and text.strip() for text in weighed.to_numpy().ravel())


SAFE, SERIOUS = ["news_03", "abstract_03"], "safety.related_serious"


@pytest.mark.parametrize(
    "claim_ids, before, results, changed, after",
    [
        (SAFE, ledger.WEAK, moved(SERIOUS, upper=0.0499), {}, ledger.SUPPORTED),
        (SAFE, ledger.WEAK, moved(SERIOUS, upper=0.0501), {}, ledger.WEAK),
        (SAFE, ledger.WEAK, moved(SERIOUS, value=1 / 12, upper=0.04), {}, ledger.CONTRADICTED),
        (["news_12"], ledger.CONTRADICTED, moved("safety.any_serious", value=0), {}, ledger.SUPPORTED),
        (["abstract_04"], ledger.WEAK, moved(SERIOUS, value=1 / 12), {}, ledger.CONTRADICTED),
        (["news_13"], ledger.SUPPORTED, moved("imaging.new_lesions", value=5 / 12), {}, ledger.CONTRADICTED),
        (
            ["news_05", "abstract_05"],
            ledger.DIRECTION,
            RESULTS,
            with_cell("atrophy", lambda table: table["arm"] == "dose_D", "loss_percent_per_year", 0.2),
            ledger.WEAK,
        ),
        (
            ["news_05", "abstract_05"],
            ledger.DIRECTION,
            moved("imaging.p_top_cohort_best_no_effect", value=0.049),
            with_cell("atrophy", lambda table: table["arm"] == "dose_D", "loss_percent_per_year", 0.2),
            ledger.SUPPORTED,
        ),
        (["news_04"], ledger.WEAK, moved("imaging.p_top_cohort_best_no_effect", value=0.049), {}, ledger.DIRECTION),
        (
            ["news_06"],
            ledger.UNJUDGED,
            RESULTS,
            {"conflicts": load.table("conflicts").query("chapter != '04_biomarkers'")},
            ledger.DIRECTION,
        ),
        (
            ["abstract_06"],
            ledger.DIRECTION,
            RESULTS,
            with_cell("biomarkers", lambda table: table["trial"] == "STEMS, news item", "direction", "down"),
            ledger.CONTRADICTED,
        ),
        (["news_14"], ledger.SUPPORTED, moved("next_trial.n_per_arm", value=6), {}, ledger.WEAK),
        (["abstract_07"], ledger.WEAK, moved("imaging.p_top_cohort_best_no_effect", value=0.049), {}, ledger.SUPPORTED),
        (
            ["news_01", "abstract_01"],
            ledger.SUPPORTED,
            RESULTS,
            with_cell("design_rules", lambda table: table["rule"] == "people_enrolled", "value", 13),
            ledger.CONTRADICTED,
        ),
        (
            ["abstract_01"],
            ledger.SUPPORTED,
            RESULTS,
            with_cell("design_rules", lambda table: table["rule"] == "design", "text", "randomised"),
            ledger.CONTRADICTED,
        ),
        (
            ["abstract_02"],
            ledger.SUPPORTED,
            RESULTS,
            with_cell("design_rules", lambda table: table["rule"] == "age_years", "upper", 60),
            ledger.CONTRADICTED,
        ),
        (["news_10"], ledger.SUPPORTED, RESULTS, {"cohorts": load.table("cohorts").iloc[:3]}, ledger.CONTRADICTED),
        (
            ["news_09"],
            ledger.UNJUDGED,
            RESULTS,
            with_cell("design_rules", lambda table: table["rule"] == "donors", "source", "genchi2023"),
            ledger.SUPPORTED,
        ),
        (
            ["news_02"],
            ledger.SUPPORTED,
            RESULTS,
            {"design_rules": load.table("design_rules").query("rule != 'safety_outcome_years'")},
            ledger.UNJUDGED,
        ),
        (
            ["news_15"],
            ledger.CONTRADICTED,
            RESULTS,
            with_cell("prevalence", lambda table: table["unit"] == "people", "value", 950_000),
            ledger.SUPPORTED,
        ),
        (
            ["news_17"],
            ledger.SUPPORTED,
            RESULTS,
            with_cell("prevalence", lambda table: table["source"] == "wallin2019", "value", 2.6),
            ledger.CONTRADICTED,
        ),
        (
            ["news_16"],
            ledger.UNJUDGED,
            RESULTS,
            with_cell("prevalence", lambda table: table["measure"] == "age_at_diagnosis", "source", "wallin2019"),
            ledger.SUPPORTED,
        ),
    ],
)
def test_another_number_gives_another_verdict(claim_ids, before, results, changed, after):
    claims = CLAIMS[CLAIMS["claim_id"].isin(claim_ids)]
    assert verdicts(claims) == dict.fromkeys(claim_ids, before)
    assert verdicts(claims, results, **changed) == dict.fromkeys(claim_ids, after)


def test_every_rule_and_every_verdict_is_tried_above():
    marks = test_another_number_gives_another_verdict.pytestmark[0].args[1]
    subjects = CLAIMS.set_index("claim_id")["about"]
    assert {subjects[claim_id] for row in marks for claim_id in row[0]} == set(ledger.RULES) - {"context"}
    assert {row[4] for row in marks} | {row[1] for row in marks} == set(ledger.glosses())


def test_background_without_another_source_is_not_judged():
    background = CLAIMS.query("about == 'context'")
    assert len(background) == 3 and set(verdicts(background).values()) == {ledger.UNJUDGED}


def test_verdicts_do_not_hang_on_the_order(weighed):
    turned = CLAIMS.iloc[::-1].reset_index(drop=True)
    assert verdicts(turned) == weighed.set_index("claim_id")["verdict"].to_dict()


def test_texts_follow_the_numbers(weighed):
    rows = weighed.set_index("claim_id")
    assert "28 of 100 trials of 12 people" in rows.loc["news_03", "without_effect"]
    assert "0% to 26%" in rows.loc["news_03", "derived"] and "59 people" in rows.loc["news_03", "derived"]
    assert "none of 12, the count is 1 of 12" in rows.loc["news_12", "why_verdict"]
    assert "12% to 20%" in rows.loc["news_12", "without_effect"]  # 13 of 112 and 14 of 70
    assert "60% of untreated" in rows.loc["news_13", "without_effect"]
    assert "inside that interval" in rows.loc["news_13", "without_effect"]
    # binomial by hand: 924 x 0.6014^6 x 0.3986^6 = 0.175; halved rate: 1 - sqrt(0.3986) = 0.3687, giving 0.147
    assert all(share in rows.loc["news_13", "without_effect"] for share in ("18 of 100 trials", "15 of 100"))
    assert "multiply the odds by 4 at most" in rows.loc["news_05", "without_effect"]
    assert "would come out best in 62 of 100" in rows.loc["news_05", "without_effect"]
    assert "p = 0.0045 at best (one-sided)" in rows.loc["news_05", "derived"]
    assert "27% to 60% away" in rows.loc["news_15", "derived"]
    assert "92 people in two arms" in rows.loc["news_14", "why_verdict"]
    rows = ledger.ledger(CLAIMS, moved("imaging.expected_new_lesion_poisson", value=0.95)).set_index("claim_id")
    assert "outside that interval" in rows.loc["news_13", "without_effect"]


def test_every_result_that_the_ledger_needs_is_recorded_by_a_chapter():
    for name in RESULTS.index:
        with pytest.raises(ValueError, match=f"The result {name} is missing"):
            ledger.ledger(CLAIMS, RESULTS.drop(name), **DATA)
        assert any(
            f'"{name}"' in cell for chapter in NAMES for cell in cells(chapter, "code") if "page.record(" in cell
        ), name


def test_open_ends_are_told_while_they_are_open(weighed):
    told = weighed.set_index("claim_id").loc["news_02", "why_verdict"]
    assert "completed two years is not in what we read" in told
    read = load.table("not_read").query("item != 'Whether all twelve completed two years'")
    now = ledger.ledger(CLAIMS, RESULTS, not_read=read).set_index("claim_id").loc["news_02", "why_verdict"]
    assert "not in what we read" not in now


def test_facts_of_the_claims_can_all_be_held_to_something():
    known = {
        *load.table("design_rules")["rule"],
        *load.table("prevalence")["measure"],
        *ledger.COUNTED,
        "doses",
        "severe_related",
        "dose_preferred",
    }
    assert {fact.partition(",")[0] for fact in load.table("claim_facts")["fact"]} <= known
    assert set(ledger.OPEN.values()) <= set(load.table("not_read")["item"])


def test_links_lead_to_a_heading(weighed):
    for row in weighed.itertuples():
        chapter, anchor = row.link.split(".html#")
        assert anchor == slug(row.section) and chapter in NAMES
        headings = (
            [
                line[3:].strip()
                for cell in cells(chapter, "markdown")
                for line in cell.splitlines()
                if line.startswith("## ")
            ]
            if chapter in NAMES
            else [row.section]
        )
        assert row.section in headings, row.link
    sections = weighed.set_index("claim_id")["section"]
    assert sections["abstract_04"] != sections["news_12"], "severe is another question than serious"
    assert "The short answer" not in set(weighed["section"]), "every subject has a section of its own"


def test_words_that_mislead_stand_in_quotation_marks(weighed):
    spoken = " ".join(summary.ledger_table(weighed).drop(columns="Source").to_numpy().ravel())
    bare = re.sub(r"“[^”]*”", " ", spoken)
    assert "“safe”" in spoken and "“hints of benefit”" in spoken
    for word in (
        "safe",
        "hints of benefit",
        "well tolerated",
        "promising",
        "breakthrough",
        "proves",
        "trend towards",
        "merely",
        "not public",
        "not published",
        "not reported",
    ):
        assert not re.search(rf"\b{word}\b", bare, flags=re.I), word


def test_sentences_that_compare_doses_say_so(weighed):
    for column in ("derived", "without_effect", "why_verdict", "reported"):
        for text in weighed[column]:
            for sentence in re.split(r"\. ", text):
                if re.search(r"best in|average of the others|against 9", sentence):
                    assert "exploratory and uncontrolled" in sentence, sentence


def test_the_ledger_for_reading(weighed):
    table = summary.ledger_table(weighed)
    assert list(table) == [
        "Claim",
        "Verdict",
        "What was reported",
        "What we derive",
        "Without any effect",
        "Where",
        "Source",
    ]
    assert len(table) == len(weighed) and table["Claim"].str.endswith(("(news item)", "(abstract)")).all()
    assert not table.drop(columns="Source").map(lambda text: "<" in text or "_" in text).to_numpy().any()
    assert set(";".join(table["Source"]).split(";")) <= set(load.source_keys())
    assert table["Verdict"].str.startswith(tuple(summary.verdict_glosses()["Verdict"])).all()


def test_verdicts_are_explained_and_counted(weighed):
    assert summary.verdict_glosses()["What it means"].str.fullmatch(r"[A-Z][^.]*\.").all()
    counts = summary.verdict_counts(weighed[weighed["verdict"] == ledger.WEAK])
    assert counts["Verdict"].tolist() == summary.verdict_glosses()["Verdict"].tolist()
    assert counts["Claims"].astype(int).sum() == (weighed["verdict"] == ledger.WEAK).sum()
    assert counts["Claims"].tolist().count("0") == 4


def test_what_we_did_not_read_names_place_and_section():
    table = summary.what_we_did_not_read(load.table("not_read"))
    assert len(table) == len(load.table("not_read")) and table["Where it stands"].str.startswith("Probably ").all()
    assert table["What it would change"].str.fullmatch(r"chapter 0\d: \S.*").all()


def test_faults_are_told_in_one_sentence():
    with pytest.raises(ValueError, match="no table of the ledger"):
        ledger.ledger(CLAIMS, RESULTS, lesion=None)
    with pytest.raises(ValueError, match="No rule for claims about walking"):
        ledger.ledger(CLAIMS.assign(about="walking"), RESULTS)


def test_glossary_is_plain():
    terms = load.table("glossary")
    assert 25 <= len(terms) <= 45
    assert terms["meaning"].str.fullmatch(r"[A-Z](?:[^.]|\.\d)*\.").all(), "one sentence"
    assert (terms["meaning"].str.split().str.len() <= 30).all()
    assert terms["term"].tolist() == sorted(terms["term"], key=str.lower)
    names = [
        name.strip().lower()
        for row in terms.itertuples()
        for name in (row.term, *row.also_called.split(";"))
        if name.strip()
    ]
    assert len(names) == len(set(names))
    for row in terms.itertuples():
        assert not re.search(rf"\b{re.escape(row.term)}\b", row.meaning), f"{row.term} is explained by itself"
