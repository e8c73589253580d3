"""Chapter 08: no verdict is typed, each follows its number, and every row leads somewhere."""

import re

import pandas as pd
import pytest

from reporting.tables import formatted
from tests.chapters import NAMES, cells
from trial import load
from trial.claims import rules, weighing, wording
from trial.claims.rules import DIFFER, FOLLOWS, NOT, PRINTED, SAID, SAME, TOO_FEW

BEST, HELPED = "imaging.p_top_cohort_best_no_effect", "imaging.p_top_cohort_best_with_effect"
UNTREATED, SIZE, MORE = "imaging.expected_new_lesion_poisson", "next_trial.n_per_arm", "next_trial.n_per_arm_excess"
ANY, TIED = (f"biomarkers.p_any_false_increase_{how}" for how in ("independent", "correlated"))
VALUES = {BEST: 0.25, HELPED: 0.56, UNTREATED: 0.6014, SIZE: 46, MORE: 121, ANY: 0.718, TIED: 0.544}
RESULTS = pd.DataFrame({"value": VALUES})
SETTINGS = {"confidence": 0.95, "lesion_dispersion": 1.0, "n_analytes": 50}
CLAIMS, DATA = load.table("claims"), {name: load.table(name) for name in weighing.TABLES}  # read once


def moved(name, value):
    """The results with one of them changed."""
    return {"results": RESULTS.assign(value=RESULTS["value"].where(RESULTS.index != name, value))}


def cell(table, key, row, **values):
    """A table of the data with some cells changed in the rows that have this key."""
    changed = DATA[table].copy()
    for column, value in values.items():
        changed.loc[changed[key] == row, column] = value
    return {table: changed}


def outcome(row, **values):
    return cell("safety_outcomes", "outcome", row, **values)


def weigh(claims=CLAIMS, results=RESULTS, settings=SETTINGS, **changed):
    return weighing.results(claims, results, settings, **{**DATA, **changed}).set_index("claim_id")


@pytest.fixture(scope="module")
def weighed():
    return weigh()


def test_every_claim_on_the_results_has_one_row_with_nothing_empty(weighed):
    about_results = CLAIMS[~CLAIMS["about"].isin(["design", "background"])]
    assert weighed.index.tolist() == about_results["claim_id"].tolist() and 9 <= len(weighed) <= 14
    assert all(text.strip() for text in weighed.drop(columns=["detail", "asked", "since"]).to_numpy().ravel())
    assert {PRINTED, DIFFER, SAID} >= set(weighed["twelve"]) and {FOLLOWS, TOO_FEW, SAME, NOT} >= set(weighed["others"])
    strongest = " ".join(CLAIMS.loc[CLAIMS["speaker"] == "abstract", "claim"])
    assert all(word in strongest for word in ("clearly demonstrate", "feasible", "safe", "tolerable", "animal"))


LOSS = cell("atrophy", "arm", "dose_D", loss_percent_per_year=0.2)
SAFE = ("abstract_03", "news_03")
# claims, verdicts as the data are, what is changed, verdicts then
CASES = [
    (SAFE, (PRINTED, TOO_FEW), outcome("related_serious", people=72), (PRINTED, FOLLOWS)),
    (SAFE, (PRINTED, TOO_FEW), outcome("related_serious", people=71), (PRINTED, TOO_FEW)),
    (SAFE, (PRINTED, TOO_FEW), outcome("related_serious", people_with=1), (DIFFER, TOO_FEW)),
    (SAFE, (PRINTED, TOO_FEW), outcome("related_serious", people_with=9), (DIFFER, NOT)),
    (SAFE, (PRINTED, TOO_FEW), outcome("related_serious", source="seed_nmss2023"), (SAID, TOO_FEW)),
    (("abstract_04",), (PRINTED, TOO_FEW),  # a serious event in the table says nothing of severe ones
     cell("serious_event_statements", "where", "Table 2", related_to_cells=1.0), (PRINTED, TOO_FEW)),
    (("abstract_04",), (PRINTED, TOO_FEW),
     cell("serious_event_statements", "source", "genchi2023", source="seed_nmss2023"), (SAID, TOO_FEW)),
    (("news_12",), (DIFFER, TOO_FEW), outcome("any_serious", people_with=0), (PRINTED, TOO_FEW)),
    (("news_12",), (DIFFER, TOO_FEW), outcome("any_serious", people_with=0, people=80), (PRINTED, FOLLOWS)),
    (("news_13",), (SAID, SAME), outcome("new_lesion", source="genchi2023"), (PRINTED, SAME)),
    (("news_13",), (SAID, SAME), outcome("new_lesion", source="genchi2023", people_with=5), (DIFFER, SAME)),
    (("news_13",), (SAID, SAME), moved(UNTREATED, 0.99), (SAID, TOO_FEW)),
    (("abstract_05", "news_05", "news_04"), (SAID, SAME), LOSS, (PRINTED, SAME)),
    (("abstract_05", "news_05", "news_04"), (SAID, SAME), moved(BEST, 0.05), (SAID, FOLLOWS)),
    (("abstract_06", "news_06"), (SAID, SAME), moved(TIED, 0.05), (SAID, FOLLOWS)),
    (("abstract_06",), (SAID, SAME), cell("biomarkers", "trial", "STEMS, news item", direction="down"), (DIFFER, SAME)),
    (("news_06",), (SAID, SAME), cell("biomarkers", "trial", "STEMS, abstract", people_sampled=12), (PRINTED, SAME)),
    (("abstract_08",), (PRINTED, FOLLOWS), {"cohorts": DATA["cohorts"].iloc[:3]}, (DIFFER, TOO_FEW)),
    (("news_14",), (PRINTED, FOLLOWS), moved(SIZE, 6), (PRINTED, NOT)),
    (("news_14",), (PRINTED, FOLLOWS),
     cell("design_rules", "rule", "design_in_registry", text="randomised"), (DIFFER, FOLLOWS)),
    (("abstract_07",), (SAID, FOLLOWS), LOSS, (PRINTED, FOLLOWS)),
    (("abstract_07",), (SAID, FOLLOWS), moved(BEST, 0.05), (SAID, FOLLOWS)),  # a choice, whatever luck favours
    (("abstract_07",), (SAID, FOLLOWS), cell("cohorts", "cohort", "D", people_treated=2), (SAID, NOT)),
    (("abstract_07",), (SAID, FOLLOWS), cell("claim_facts", "fact", "severe_related", value=1.0), (SAID, NOT)),
    (("abstract_07",), (SAID, FOLLOWS),
     cell("adverse_events", "cohort", "D", serious=True, causality="possibly"), (SAID, NOT)),
    (("abstract_07",), (SAID, FOLLOWS),  # harm at another dose does not count against this one
     cell("adverse_events", "cohort", "A", serious=True, causality="possibly"), (SAID, FOLLOWS)),
]  # fmt: skip


@pytest.mark.parametrize(("claim_ids", "before", "changed", "after"), CASES)
def test_another_number_gives_another_verdict(claim_ids, before, changed, after):
    claims = CLAIMS[CLAIMS["claim_id"].isin(claim_ids)]
    for found, verdicts in ((weigh(claims), before), (weigh(claims, **changed), after)):
        assert {*zip(found["twelve"], found["others"], strict=True)} == {verdicts} and len(found) == len(claim_ids)
        kinds = set(found["kind"])
        assert {(verdict, kind) for verdict in verdicts for kind in kinds} <= set(rules.GLOSSES)


def test_every_subject_every_verdict_and_every_gloss_is_tried_above():
    about = CLAIMS.set_index("claim_id")["about"]
    tried = {
        (about[claim_id], verdict)
        for ids, before, _, after in CASES
        for claim_id in ids
        for verdict in (*before, *after)
    }
    assert {subject for subject, _ in tried} == set(weighing.SUBJECTS)
    assert {verdict for _, verdict in tried} == {PRINTED, DIFFER, SAID, FOLLOWS, TOO_FEW, SAME, NOT}
    assert {(verdict, weighing.SUBJECTS[subject].kind) for subject, verdict in tried} == set(rules.GLOSSES)


def test_verdicts_do_not_hang_on_the_order(weighed):
    turned = weigh(CLAIMS.iloc[::-1].reset_index(drop=True)).loc[weighed.index]
    assert turned[["twelve", "others"]].equals(weighed[["twelve", "others"]])


def test_texts_follow_the_numbers(weighed):
    said = weighed["detail"] + " | " + weighed["because"]
    # 1 - 0.025^(1/12) = 0.2646; 0.95^72 = 0.0249 and 0.95^71 = 0.0262 on either side of 0.025
    assert "0% to 26% (exact, two-sided 95%)" in said.news_03 and "takes 72 people" in said.news_03
    assert "0.2% to 38% (exact, two-sided 95%)" in said.news_12
    # 13 of 112 and 14 of 70
    assert "12% to 20% of people had a serious event of some cause in 96 to 104 weeks" in said.news_12
    # binomial by hand: 924 x 0.6014^6 x 0.3986^6 = 0.175; bunched, 1 - 1/1.9198 = 0.479: 924 x 0.479^6 x 0.521^6 = 0.223
    # halved: 1 - sqrt(0.3986) = 0.3687 gives 0.147; 1 - 1/1.4599 = 0.315 gives 0.093
    for told in ("18 to 22 of 100 trials without any effect", "in 9 to 15 of 100 if they halve"):
        assert told in said.news_13
    # 1 - 0.975^50 = 0.718; tied by 0.2: 0.544; the size of the panel is named, and that it is assumed
    assert "54 to 72 of 100 panels of 50 molecules (assumed)" in said.abstract_06
    other = weigh(**cell("design_rules", "rule", "design_in_registry", text="randomised")).because.news_14
    assert "calls the trial randomised." in other


def test_a_limit_is_never_told_without_its_side(weighed):
    for text in weighed["detail"]:
        assert "would fit" not in text or re.search(r"\((exact), (one|two)-sided 95%\)", text), text
    ninety = weigh(settings=SETTINGS | {"confidence": 0.9})
    assert "two-sided 90%" in ninety.loc["news_03", "detail"] and "takes 59 people" in ninety.loc["news_03", "because"]


def test_every_result_that_the_claims_need_is_recorded_by_a_chapter():
    for name in RESULTS.index:
        with pytest.raises(ValueError, match=f"The result {name} is missing"):
            weigh(results=RESULTS.drop(name))
        code = [cell for chapter in NAMES for cell in cells(chapter, "code")]
        assert any(f'"{name}"' in cell and "page.record(" in cell for cell in code)


def test_faults_are_told_in_one_sentence():
    with pytest.raises(ValueError, match="no table of the claims"):
        weigh(lesion=None)
    with pytest.raises(ValueError, match="No rule for claims about walking"):
        weigh(CLAIMS.assign(about="walking"))


def test_facts_of_the_claims_can_all_be_held_to_something():
    known = {*DATA["design_rules"]["rule"], *DATA["safety_outcomes"]["outcome"], "doses", "severe_related"}
    assert set(DATA["claim_facts"]["fact"]) <= known


def test_how_the_trial_was_done_is_held_to_its_other_texts():
    assert DIFFER not in set(weighing.design(CLAIMS)["verdict"])
    other = weighing.design(CLAIMS, **cell("design_rules", "rule", "people_enrolled", value=13.0)).set_index("claim_id")
    assert other.index[other["verdict"] == DIFFER].tolist() == ["news_01"], "the abstract is not held to itself"
    three = weighing.design(CLAIMS, cohorts=DATA["cohorts"].iloc[:3]).set_index("claim_id")["verdict"]
    assert three["news_10"] == DIFFER


def test_sentences_that_compare_doses_say_so(weighed):
    for text in weighed["because"]:
        for sentence in re.split(r"\. ", text):
            if re.search(r"best in|favours the highest|put it first|highest of \w+ first", sentence):
                assert "exploratory and uncontrolled" in sentence, sentence


def test_the_claims_for_reading(weighed):
    """Two speakers who say the same share a row; every claim, verdict, reason and meaning stands in it once."""
    table = formatted(wording.alike(weighed), wording.WEIGHED)
    assert all(claim.rstrip(".") in " ".join(table["Claim"]) for claim in weighed["claim"])
    assert set(table["Because"]) == set(weighed["because"])
    assert (table["Because"].str.split().str.len() <= 65).all()
    assert {
        rules.GLOSSES[row.others, row.kind] in "".join(table["In plain words"]) for row in weighed.itertuples()
    } == {True}
    apart = weighed.assign(twelve=weighed["twelve"].where(weighed.index != "news_03", DIFFER))
    assert len(wording.alike(apart)) == len(table) + 1, "another verdict has a row of its own"


def test_each_verdict_of_a_column_has_a_mark_of_its_own():
    for column in ((PRINTED, DIFFER, SAID), (FOLLOWS, TOO_FEW, SAME, NOT)):
        assert len({wording.MARKS[verdict] for verdict in column}) == len(column)
    assert not set(wording.MARKS.values()) & set("●◐○≈"), "those tell kinds of number"
    assert all(meaning.endswith(".") and meaning[0].isupper() for meaning in rules.GLOSSES.values())


def test_the_short_answer_follows_the_verdicts(weighed):
    none = weigh(**outcome("any_serious", people_with=0))
    assert wording.missed(none) == "no count that we know of"
    assert wording.that_follow(weighed[weighed["others"] != FOLLOWS]) == "none of them"
    excluded = weigh(**outcome("related_serious", people=72))
    assert wording.that_follow(excluded).startswith("that serious harm strikes fewer than 1 in 20")


# --- one finding, four voices -----------------------------------------------------------------------------------------


def test_a_press_text_is_named_as_such_and_outweighs_nothing():
    voices = load.table("voices")
    assert len(voices) == 4 and voices["weight"].tolist() == [1, 2, 3, 4]
    assert voices["source"].iloc[0] == weighing.PAPER and not voices["beyond"].iloc[0]
    press = voices[voices["weight"] > 2]
    assert press["text"].str.startswith("press ").all() and press["beyond"].ne("").all()
    assert "voices" not in weighing.TABLES, "no verdict can hang on what the press says"
    assert not set(press["source"]) & {weighing.PAPER, weighing.REGISTRY}


def test_the_side_of_a_result_is_named():
    assert wording.side(pd.Series({"method": "exact permutation, two-sided"})) == "two-sided"
    assert wording.side(pd.Series({"method": "exact permutation"})) == "side not named"
