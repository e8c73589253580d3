"""The claim ledger: no verdict is typed, each follows its number, and every row leads somewhere."""

import re

import pandas as pd
import pytest

from reporting.html import slug
from reporting.tables import shown
from tests.chapters import NAMES, cells
from trial import ledger, load, summary
from trial.ledger import CONTRADICTED, DIRECTION, SUPPORTED, UNJUDGED, WEAK

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
    return {"results": changed}


def cell(table, key, row, column, value):
    """A table of the data with one cell changed in the rows that have this key."""
    changed = DATA[table].copy()
    changed.loc[changed[key] == row, column] = value
    return {table: changed}


def rule(row, column, value):
    return cell("design_rules", "rule", row, column, value)


def without(table, key, row):
    return {table: DATA[table][DATA[table][key] != row]}


def verdicts(claims, results=RESULTS, **changed):
    return ledger.ledger(claims, results, **{**DATA, **changed}).set_index("claim_id")["verdict"].to_dict()


@pytest.fixture(scope="module")
def weighed():
    return ledger.ledger(CLAIMS, RESULTS)


def test_every_claim_has_one_row_with_nothing_empty(weighed):
    assert weighed["claim_id"].tolist() == CLAIMS["claim_id"].tolist()
    assert set(weighed["verdict"]) <= set(ledger.GLOSSES) and len(ledger.GLOSSES) == 5
    assert all(isinstance(text, str) and text.strip() for text in weighed.to_numpy().ravel())


SERIOUS, BY_LUCK = "safety.related_serious", "imaging.p_top_cohort_best_no_effect"
LOSS = cell("atrophy", "arm", "dose_D", "loss_percent_per_year", 0.2)
CASES = [
    ("news_03 abstract_03", WEAK, SUPPORTED, moved(SERIOUS, upper=0.0499)),
    ("news_03 abstract_03", WEAK, WEAK, moved(SERIOUS, upper=0.0501)),
    ("news_03 abstract_03", WEAK, CONTRADICTED, moved(SERIOUS, value=1 / 12, upper=0.04)),
    ("news_12", CONTRADICTED, SUPPORTED, moved("safety.any_serious", value=0)),
    ("abstract_04", WEAK, CONTRADICTED, moved(SERIOUS, value=1 / 12)),
    ("news_13", SUPPORTED, CONTRADICTED, moved("imaging.new_lesions", value=5 / 12)),
    ("news_05 abstract_05", DIRECTION, WEAK, LOSS),
    ("news_05 abstract_05", DIRECTION, SUPPORTED, LOSS | moved(BY_LUCK, value=0.049)),
    ("news_04", WEAK, DIRECTION, moved(BY_LUCK, value=0.049)),
    ("news_06", UNJUDGED, DIRECTION, without("conflicts", "chapter", "04_biomarkers")),
    ("abstract_06", DIRECTION, CONTRADICTED, cell("biomarkers", "trial", "STEMS, news item", "direction", "down")),
    ("news_14", SUPPORTED, WEAK, moved("next_trial.n_per_arm", value=6)),
    ("abstract_07", WEAK, SUPPORTED, moved(BY_LUCK, value=0.049)),
    ("news_01 abstract_01", SUPPORTED, CONTRADICTED, rule("people_enrolled", "value", 13)),
    ("abstract_01", SUPPORTED, CONTRADICTED, rule("design", "text", "randomised")),
    ("abstract_02", SUPPORTED, CONTRADICTED, rule("age_years", "upper", 60)),
    ("news_10", SUPPORTED, CONTRADICTED, {"cohorts": DATA["cohorts"].iloc[:3]}),
    ("news_09", UNJUDGED, SUPPORTED, rule("donors", "source", "genchi2023")),
    ("news_02", SUPPORTED, UNJUDGED, without("design_rules", "rule", "safety_outcome_years")),
    ("news_15", CONTRADICTED, SUPPORTED, cell("prevalence", "unit", "people", "value", 950_000)),
    ("news_17", SUPPORTED, CONTRADICTED, cell("prevalence", "source", "wallin2019", "value", 2.6)),
    ("news_16", UNJUDGED, SUPPORTED, cell("prevalence", "measure", "age_at_diagnosis", "source", "wallin2019")),
]


@pytest.mark.parametrize(("claim_ids", "before", "after", "changed"), CASES)
def test_another_number_gives_another_verdict(claim_ids, before, after, changed):
    claims = CLAIMS[CLAIMS["claim_id"].isin(claim_ids.split())]
    assert verdicts(claims) == dict.fromkeys(claim_ids.split(), before)
    assert verdicts(claims, **changed) == dict.fromkeys(claim_ids.split(), after)


def test_every_rule_and_every_verdict_is_tried_above():
    subjects = CLAIMS.set_index("claim_id")["about"]
    tried = {subjects[claim_id] for claim_ids, *_ in CASES for claim_id in claim_ids.split()}
    assert tried == set(ledger.RULES) - {"context"}
    assert {verdict for _, *both, _ in CASES for verdict in both} == set(ledger.GLOSSES)


def test_background_without_another_source_is_not_judged():
    background = CLAIMS.query("about == 'context'")
    assert len(background) == 3 and set(verdicts(background).values()) == {UNJUDGED}


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
    rows = ledger.ledger(CLAIMS, **moved("imaging.expected_new_lesion_poisson", value=0.95)).set_index("claim_id")
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
        lines = "\n".join(cells(chapter, "markdown")).splitlines()
        assert anchor == slug(row.section) and f"## {row.section}" in lines, row.link
    sections = weighed.set_index("claim_id")["section"]
    assert sections["abstract_04"] != sections["news_12"], "severe is another question than serious"
    assert "The short answer" not in set(weighed["section"]), "every subject has a section of its own"


MISLEADING = (
    "safe|hints of benefit|well tolerated|promising|breakthrough|proves|trend towards|merely|not public|not published|"
    "not reported"
)


def test_words_that_mislead_stand_in_quotation_marks(weighed):
    spoken = " ".join(shown(weighed, summary.LEDGER).drop(columns="Source").to_numpy().ravel())
    assert "“safe”" in spoken and "“hints of benefit”" in spoken
    assert not re.findall(rf"\b(?:{MISLEADING})\b", re.sub(r"“[^”]*”", " ", spoken), flags=re.I)


def test_sentences_that_compare_doses_say_so(weighed):
    for column in ("derived", "without_effect", "why_verdict", "reported"):
        for text in weighed[column]:
            for sentence in re.split(r"\. ", text):
                if re.search(r"best in|average of the others|against 9", sentence):
                    assert "exploratory and uncontrolled" in sentence, sentence


def test_the_ledger_for_reading(weighed):
    table = shown(weighed, summary.LEDGER)
    assert len(table) == len(weighed) and table["Claim"].str.endswith(("(news item)", "(abstract)")).all()
    assert not table.drop(columns="Source").map(lambda text: "<" in text or "_" in text).to_numpy().any()
    assert set(";".join(table["Source"]).split(";")) <= set(load.source_keys())
    assert table["Verdict"].str.startswith(tuple(summary.verdict_glosses()["Verdict"])).all()
    assert summary.verdict_glosses()["What it means"].str.fullmatch(r"[A-Z][^.]*\.").all()


def test_what_we_did_not_read_names_place_and_section():
    table = shown(load.table("not_read"), summary.NOT_READ)
    assert table["Where it stands"].str.startswith("Probably ").all()
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
