"""The claim ledger: each claim of the news item and of the abstract, what bears on it, and a verdict by rule.

No verdict is typed. A statement about how the trial was done is held to the trial's own record (paper and registry),
one about the background to sources other than its speaker, a count to the count in the results, a judgement to its
interval or to what luck alone gives. What a claim states as numbers stands in the table claim_facts.
"""

import re
from math import log1p
from types import SimpleNamespace

import pandas as pd

from trial import load, words
from trial.methods import intervals

SUPPORTED = "supported by the data"
WEAK = "compatible but weak"
DIRECTION = "direction only"
CONTRADICTED = "contradicted by another source"
UNJUDGED = "cannot be judged"
GLOSSES = {
    SUPPORTED: "The printed numbers bear it out; where it is about the trial, for these twelve people.",
    WEAK: "It fits what was seen, and so would no effect.",
    DIRECTION: "What we read says which way, not how much.",
    CONTRADICTED: "Two sources disagree.",
    UNJUDGED: "What we read does not say enough to tell.",
}

LARGEST_HARM = 0.05  # serious related harm that must be excluded before "safe" could be called supported
LUCK = 0.05  # a finding that luck alone gives more often than this is weak
ROUNDING = 0.1  # background numbers are told as "about": a tenth either way still agrees
IMAGINED_HARM = 0.1  # the reader's example, assumed
TABLES = (
    "atrophy",
    "biomarkers",
    "claim_facts",
    "cohorts",
    "conflicts",
    "design_rules",
    "not_read",
    "prevalence",
    "safety_outcomes",
    "serious_event_comparison",
    "serious_event_statements",
)
COUNTED = {
    "related_serious": "safety.related_serious",
    "any_serious": "safety.any_serious",
    "new_lesion": "imaging.new_lesions",
}
SPEAKERS = {"news": "news item", "abstract": "abstract"}
SPOKEN_ONLY = "safe|hints of benefit|well tolerated|promising|breakthrough|proves"
SECTIONS = {
    ("00_summary", "benefit"): "What the scans can and cannot say",
    ("01_design", "design"): "A single injection, each dose double the last",
    ("02_safety", "design"): "What the needle and the drugs explain",
    ("02_safety", "safety"): "None seen is not none possible",
    ("02_safety", "serious_events"): "Sources disagree on serious events",
    ("03_imaging", "new_lesions"): "New lesions, and what no treatment would give",
    ("03_imaging", "atrophy"): "Luck often favours the highest dose",
    ("04_biomarkers", "biomarkers"): "What was said to rise, and when",
    ("05_next_trial", "next_step"): "How many people, for which effect",
    ("06_context", "prevalence"): "How many people live with MS",
    ("06_context", "context"): "What this cannot tell us",
}
OPEN = {"safety_outcome_years": "Whether all twelve completed two years"}  # facts an item of not_read leaves open
FACT_SECTIONS = {
    "people_enrolled": "Who could take part",
    "age_years": "Who could take part",
    "safety_outcome_years": "How soon it could have been done",
    "severe_related": "Severe, serious and related are different questions",
}


def link(chapter, heading):
    """The address of a section: page, "#", and the heading in lower case with hyphens.

    >>> link("02_safety", "None seen is not none possible")
    '02_safety.html#none-seen-is-not-none-possible'
    """
    return f"{chapter}.html#{re.sub(r'[^a-z0-9]+', '-', heading.lower()).strip('-')}"


# --- verdicts: each rule returns a verdict and why --------------------------------------------------------------------


def judge_safety(related):
    """ "Safe", from people with a related serious event: a share with two-sided limits.

    >>> judge_safety(SimpleNamespace(value=0, lower=0, upper=0.26))[0]
    'compatible but weak'
    """
    if related.value > 0:
        return CONTRADICTED, f"A serious event put down to the cells struck {words.percent(related.value)} of people."
    if related.upper > LARGEST_HARM:
        return WEAK, (
            f"None was seen, but rates up to {words.percent(related.upper)} would fit; “supported” would "
            f"need rates above {words.percent(LARGEST_HARM)} to be excluded."
        )
    return SUPPORTED, f"None was seen, and rates above {words.percent(related.upper)} are excluded."


def judge_count(stated, counted, people):
    """A stated share of so many people against the share in the results.

    >>> judge_count(0, 1 / 12, 12)
    ('contradicted by another source', 'The claim says none of 12, the count is 1 of 12.')
    >>> judge_count(0.5, 0.5, 12)[0]
    'supported by the data'
    """
    if abs(stated - counted) > 1e-9:
        claimed, found = (words.count_of(words.whole(share * people), people) for share in (stated, counted))
        return CONTRADICTED, f"The claim says {claimed}, the count is {found}."
    return SUPPORTED, "The count is as claimed, for these people and no others."


def judge_severe(related):
    """ "No severe reaction", where what we read counts serious events and grades none.

    >>> judge_severe(SimpleNamespace(value=0.1))[0]
    'contradicted by another source'
    """
    if related.value > 0:
        return CONTRADICTED, f"A serious event put down to the cells struck {words.percent(related.value)} of people."
    return WEAK, (
        "No serious event was put down to the cells, which fits; how severe the others were is not in what we read."
    )


def judge_shrinkage(loss, luck):
    """Less shrinkage at the highest dose, from the number that was read (none: NaN) and the chance that luck gives it.

    >>> judge_shrinkage(float("nan"), 0.25)[0], judge_shrinkage(0.2, 0.25)[0], judge_shrinkage(0.2, 0.01)[0]
    ('direction only', 'compatible but weak', 'supported by the data')
    """
    if pd.isna(loss):
        return DIRECTION, "No number for the highest dose is in what we read, nor less than whom."
    if luck > LUCK:
        return WEAK, (
            f"Luck alone makes the highest dose come out best in {words.in_hundred(luck)} such trials "
            "(exploratory and uncontrolled)."
        )
    return SUPPORTED, f"Luck alone would do so in {words.in_hundred(luck)} such trials (exploratory and uncontrolled)."


def judge_rise(said, others, disputed):
    """A rise of molecules: the speaker's direction, the directions of the trial's other texts, disagreements on it.

    >>> judge_rise(["up"], ["up"], [])[0], judge_rise(["up"], ["down"], [])[0]
    ('direction only', 'contradicted by another source')
    >>> judge_rise(["up"], ["up"], ["in whom"])[0]
    'cannot be judged'
    """
    if set(others) - set(said):
        return CONTRADICTED, f"Another text on the trial says: {words.listed(sorted(set(others) - set(said)))}."
    if len(disputed):
        return UNJUDGED, (
            f"The texts differ on {words.listed(disputed)}, and who had two samples is not in what we read."
        )
    return DIRECTION, "Which molecules rose, by how much and in how many people is not in what we read."


def judge_hints(loss, luck):
    """Hints of benefit: weak while luck gives them as easily, else no better than the number behind them.

    >>> judge_hints(float("nan"), 0.25)[0], judge_hints(float("nan"), 0.01)[0]
    ('compatible but weak', 'direction only')
    """
    if luck > LUCK:
        return WEAK, (
            f"If no dose did anything, the highest would still come out best in {words.in_hundred(luck)} "
            "such trials (exploratory and uncontrolled)."
        )
    return judge_shrinkage(loss, luck)


def judge_next_step(per_arm, people, dose_preferred, luck):
    """A larger trial, from the people it takes; the choice of a dose is no better than the finding it rests on.

    >>> judge_next_step(46, 12, False, 0.25)[0], judge_next_step(46, 12, True, 0.25)[0]
    ('supported by the data', 'compatible but weak')
    """
    if 2 * per_arm <= people:
        return WEAK, (
            f"By these assumptions {words.number(people)} people, half of them untreated, would have been enough."
        )
    if dose_preferred and luck > LUCK:
        return WEAK, (
            f"A larger trial is needed; that it should be the highest dose rests on a finding that luck "
            f"gives in {words.in_hundred(luck)} such trials (exploratory and uncontrolled)."
        )
    return SUPPORTED, (
        f"To find the assumed effect takes {words.number(2 * per_arm)} people in two arms; here were "
        f"{words.number(people)}, and nobody to compare with."
    )


def judge_stated(stated, known, speaker, tolerance):
    """Stated facts against what others print (columns fact, value, lower, upper, text), within a relative tolerance.

    One fact that differs contradicts the claim; one that nobody else prints leaves it open.

    >>> one = pd.DataFrame({"fact": ["people"], "value": [12.0]})
    >>> other = one.assign(value=13.0)
    >>> judge_stated(one, one, "news item", 0)[0], judge_stated(one, other, "news item", 0)[0]
    ('supported by the data', 'contradicted by another source')
    """
    if stated.empty:
        return UNJUDGED, f"Nothing else that we read bears on it: it is the word of the {speaker} alone."
    pairs = stated.merge(known, on="fact", suffixes=("", "_known"))
    differing = pd.Series(False, index=pairs.index)
    for column in {"value", "lower", "upper"} & set(stated):
        gap = (pairs[column] - pairs[f"{column}_known"]).abs()
        differing |= gap > tolerance * pairs[column].abs() + 1e-9
    if "text" in stated:
        differing |= (pairs["text"] != "") & (pairs["text"] != pairs["text_known"])
    if differing.any():
        return CONTRADICTED, (
            f"{words.count_of(int(differing.sum()), len(pairs))} printed numbers beside it "
            f"{'differs' if differing.sum() == 1 else 'differ'}"
            + (
                f" by more than {words.percent(tolerance)}; they may count other years and other people."
                if tolerance
                else "."
            )
        )
    if set(stated["fact"]) - set(known["fact"]):
        return UNJUDGED, f"In what we read only the {speaker} says so."
    return SUPPORTED, (
        f"What other sources print lies within {words.percent(tolerance)}."
        if tolerance
        else "The record of the trial prints the same."
    )


# --- what stands beside the verdict -----------------------------------------------------------------------------------


def _result(evidence, name):
    if name not in evidence.results.index:
        raise ValueError(f"The result {name} is missing; the ledger needs the results of all chapters.")
    return evidence.results.loc[name]


def _share(result):
    return (
        f"{words.percent(result.value)} of people; {words.between(result.lower, result.upper)} would fit "
        f"({result.method})"
    )


def _marks(*results):
    """How the results were got, where a sentence must say it."""
    method = " ".join(str(result.method) for result in results)
    said = [word for word in ("one-sided", "two-sided", "simulated") if word in method]
    return f" ({', '.join(said)})" if said else ""


def _amount(row):
    if pd.isna(row.value) and pd.isna(row.lower):
        return row.text
    number = words.plain(row.value) if pd.notna(row.value) else words.between(row.lower, row.upper, words.plain)
    return number if row.unit in ("", "ratio") else f"{number} {row.unit}"


def _known(evidence):
    """Everything printed that a claim can be held to: fact, in_words, value, lower, upper, unit, text, source."""
    rules, cohorts, counts = evidence.design_rules, evidence.cohorts, evidence.prevalence
    names = counts["measure"].str.replace("_", " ").str.replace(" ms", " MS")
    place = counts["place"].where(counts["place"] == "", ", " + counts["place"])
    year = counts["year"].map(lambda year: "" if pd.isna(year) else f", {year}")
    note = counts["note"].where(counts["note"] == "", " (" + counts["note"] + ")")
    doses = {
        "fact": "doses",
        "in_words": "rising doses",
        "value": len(cohorts),
        "unit": "doses",
        "text": "",
        "source": cohorts["source"].iloc[0],
    }
    return pd.concat(
        [
            rules.assign(fact=rules["rule"], in_words=rules["meaning"]),
            counts.assign(fact=counts["measure"] + place, in_words=names + place + year + note, text=""),
            pd.DataFrame([doses]),
        ],
        ignore_index=True,
    )


def _stated(claim, evidence):
    facts = evidence.claim_facts
    return facts[facts["claim_id"] == claim.claim_id].reset_index(drop=True)


def _luck(evidence):
    return _result(evidence, "imaging.p_top_cohort_best_no_effect").value


def _loss(evidence):
    return evidence.atrophy.loc[evidence.atrophy["arm"] == "dose_D"].iloc[0]


def _luck_in_words(evidence):
    best = _luck(evidence)
    rest, helped = (
        _result(evidence, f"imaging.p_top_{name}").value
        for name in ("better_than_rest_no_effect", "cohort_best_with_effect")
    )
    return (
        f"If no dose did anything, the highest of {words.in_words(len(evidence.cohorts))} would come out best in "
        f"{words.in_hundred(best)} trials and above the average of the others in {words.in_hundred(rest)} "
        "(exploratory and uncontrolled). If it alone worked as well as assumed, it would come out best in "
        f"{words.in_hundred(helped)} (exploratory and uncontrolled). However well it worked, such a finding can "
        f"multiply the odds by {words.plain(intervals.most_odds_can_rise(best), 1)} at most."
    )


def _row_stated(claim, evidence):
    stated, known = _stated(claim, evidence), evidence.known
    found = known[known["fact"].isin(stated["fact"])]
    # The paper is the record of its own trial; anyone else needs a source besides himself.
    others = found if claim.speaker == "abstract" else found[found["source"] != claim.source]
    background = claim.about != "design"
    verdict, why = judge_stated(stated, others, SPEAKERS[claim.speaker], ROUNDING if background else 0)
    still_open = [OPEN[fact] for fact in stated["fact"] if OPEN.get(fact) in evidence.not_read["item"].tolist()]
    shown = others if len(others) else found
    pairs = stated.merge(others, on="fact", suffixes=("", "_known"))
    gaps = (pairs["value_known"] / pairs["value"] - 1).abs().dropna()
    derived = (
        f"{words.between(gaps.min(), gaps.max())} away from the claimed number"
        if background and len(gaps)
        else "nothing to work out"
    )
    return {
        "reported": "; ".join(f"{row.in_words}: {_amount(row)}" for row in shown.itertuples())
        or "nothing beside the claim itself in what we read",
        "derived": derived,
        "without_effect": "the same: " + ("background, not a result" if background else "how the trial was done"),
        "verdict": verdict,
        "why_verdict": " ".join([why, *(f"{item} is not in what we read." for item in still_open)]),
        "sources": shown["source"].tolist(),
    }


def _outcome(evidence, name):
    return evidence.safety_outcomes.set_index("outcome").loc[name]


def _unseen(people):
    unseen = intervals.probability_none(IMAGINED_HARM, int(people))
    return (
        f"Cells that harm nobody would show this, and so would harm that strikes {words.one_in(IMAGINED_HARM)} "
        f"(assumed) in {words.in_hundred(unseen)} trials of {words.number(people)} people."
    )


def _row_safety(claim, evidence):
    related, outcome = _result(evidence, COUNTED["related_serious"]), _outcome(evidence, "related_serious")
    verdict, why = judge_safety(related)
    return {
        "reported": f"{words.count_of(outcome.people_with, outcome.people)} had {outcome.in_words} within "
        f"{outcome.window_weeks} weeks",
        "derived": _share(related) + "; to exclude harm in "
        f"{words.one_in(LARGEST_HARM)} takes "
        f"{words.number(_result(evidence, 'safety.n_to_exclude_5pct').value)} people without it",
        "without_effect": _unseen(outcome.people),
        "verdict": verdict,
        "why_verdict": why,
        "sources": [outcome.source],
    }


def _row_serious(claim, evidence):
    stated = _stated(claim, evidence)
    counted = [fact for fact in stated["fact"] if fact in COUNTED]
    name = counted[0] if counted else "related_serious"
    result, people = _result(evidence, COUNTED[name]), _outcome(evidence, name).people
    verdict, why = judge_count(stated["value"].iloc[0], result.value, people) if counted else judge_severe(result)
    others = evidence.serious_event_comparison.query("trial != 'STEMS'")
    shares = (others["people_with"] / others["people"]).tolist()
    said = evidence.serious_event_statements
    return {
        "reported": "; ".join(f"{row.speaker}: {row.statement}" for row in said.itertuples()),
        "derived": f"{_outcome(evidence, name).in_words}: {_share(result)}",
        "without_effect": "In other trials in progressive MS a serious event of any cause struck "
        f"{words.between(min(shares), max(shares))} of people."
        if counted
        else _unseen(people),
        "verdict": verdict,
        "why_verdict": why,
        "sources": [*said["source"], *(others["source"] if counted else [])],
    }


def _row_lesions(claim, evidence):
    share, outcome = _result(evidence, COUNTED["new_lesion"]), _outcome(evidence, "new_lesion")
    people, seen = int(outcome.people), int(outcome.people_with)
    verdict, why = judge_count(_stated(claim, evidence)["value"].iloc[0], share.value, people)
    untreated = _result(evidence, "imaging.expected_new_lesion_poisson").value
    halved = intervals.at_least_one_poisson(-log1p(-untreated) / 2)
    same, fewer = (intervals.count_distribution(rate, people)[seen] for rate in (untreated, halved))
    inside = "inside" if share.lower <= untreated <= share.upper else "outside"
    return {
        "reported": f"{words.count_of(seen, people)} had {outcome.in_words}: {outcome.basis}",
        "derived": _share(share),
        "without_effect": f"At a borrowed rate (assumed) {words.percent(untreated)} of untreated people would have "
        f"one, {inside} that interval. {words.sentence(words.in_words(seen))} comes up in "
        f"{words.in_hundred(same)} trials if the cells do nothing and in {words.in_hundred(fewer)} "
        "if they halve new lesions.",
        "verdict": verdict,
        "why_verdict": why + " It is the news item's own count." * (outcome.source == claim.source),
        "sources": [outcome.source],
    }


def _row_atrophy(claim, evidence):
    loss, treated = _loss(evidence), evidence.cohorts["people_treated"]
    verdict, why = judge_shrinkage(loss.loss_percent_per_year, _luck(evidence))
    floor = _result(evidence, "imaging.min_p_3_v_9")
    read = pd.notna(loss.loss_percent_per_year)
    return {
        "reported": (
            f"{words.plain(loss.loss_percent_per_year)}% lost per year at the highest dose" if read else loss.conversion
        )
        + " (exploratory and uncontrolled)",
        "derived": f"An exact test of {words.number(treated.iloc[-1])} against {words.number(treated.iloc[:-1].sum())} "
        f"people (exploratory and uncontrolled) can reach p = {words.probability(floor.value)} at best"
        f"{_marks(floor)}{'' if read else '; no value was read to test'}.",
        "without_effect": _luck_in_words(evidence),
        "verdict": verdict,
        "why_verdict": why,
        "sources": [loss.source],
    }


def _row_biomarkers(claim, evidence):
    rows = evidence.biomarkers[evidence.biomarkers["trial"].str.startswith("STEMS")]
    own = rows["source"] == claim.source
    disputes = evidence.conflicts
    disputed = disputes[(disputes["chapter"] == claim.chapter) & (disputes["source_b"] == claim.source)]
    verdict, why = judge_rise(rows.loc[own, "direction"], rows.loc[~own, "direction"], disputed["about"].tolist())
    all_people, few = (_result(evidence, f"biomarkers.min_p_signed_rank{end}") for end in ("", "_3"))
    by_luck = _result(evidence, "biomarkers.expected_false_increases")
    treated = evidence.cohorts["people_treated"]
    return {
        "reported": "; ".join(
            [
                *(
                    f"{row.in_words}: {row.direction}{f' ({row.note})' if row.note else ''}"
                    for row in rows[own].itertuples()
                ),
                *(f"another text: {row.says_a}" for row in disputed.itertuples()),
            ]
        ),
        "derived": f"With {words.number(treated.sum())} people measured twice, one molecule can reach p = "
        f"{words.probability(all_people.value)} at best; with {words.number(treated.iloc[-1])}, "
        f"p = {words.probability(few.value)}{_marks(all_people, few)}.",
        "without_effect": f"In a panel of the assumed size {words.plain(by_luck.value, 2)} molecules would rise by "
        "luck, with no correction. The needle, the drugs and time could raise some too; so could "
        "cells that work.",
        "verdict": verdict,
        "why_verdict": why,
        "sources": [*rows.loc[own, "source"], *disputed["source_a"]],
    }


def _row_benefit(claim, evidence):
    loss = _loss(evidence)
    verdict, why = judge_hints(loss.loss_percent_per_year, _luck(evidence))
    read = "a number" if pd.notna(loss.loss_percent_per_year) else "a direction without a number"
    return {
        "reported": f"less brain shrinkage at the highest dose ({read}; exploratory and uncontrolled) and a rise of "
        "molecules in the spinal fluid; on walking or daily life nothing in what we read",
        "derived": "nothing beyond the claims on shrinkage and molecules",
        "without_effect": _luck_in_words(evidence),
        "verdict": verdict,
        "why_verdict": why,
        "sources": [loss.source],
    }


def _row_next_step(claim, evidence):
    per_arm, rules = _result(evidence, "next_trial.n_per_arm"), evidence.design_rules.set_index("rule")
    people = evidence.cohorts["people_treated"].sum()
    prefers = (_stated(claim, evidence)["fact"] == "dose_preferred").any()
    verdict, why = judge_next_step(per_arm.value, people, prefers, _luck(evidence))
    return {
        "reported": f"registry: {rules.loc['design_in_registry', 'text']}; "
        f"{words.number(people)} people in {words.in_words(len(evidence.cohorts))} dose groups",
        "derived": f"{words.number(per_arm.value)} people per arm to find the assumed effect on brain volume",
        "without_effect": "A trial that cannot tell an effect from luck calls for a larger one whether the cells work "
        "or not.",
        "verdict": verdict,
        "why_verdict": why,
        "sources": [rules.loc["design_in_registry", "source"]],
    }


RULES = {
    "design": _row_stated,
    "prevalence": _row_stated,
    "context": _row_stated,
    "safety": _row_safety,
    "serious_events": _row_serious,
    "new_lesions": _row_lesions,
    "atrophy": _row_atrophy,
    "biomarkers": _row_biomarkers,
    "benefit": _row_benefit,
    "next_step": _row_next_step,
}


def _section(claim, evidence):
    found = [FACT_SECTIONS[fact] for fact in _stated(claim, evidence)["fact"] if fact in FACT_SECTIONS]
    return found[0] if found else SECTIONS.get((claim.chapter, claim.about), "The short answer")


def ledger(claims, results, **tables):
    """One row per claim: what was reported, what follows, what no effect would look like, and the verdict by rule.

    `claims` as from `load.table("claims")`; `results` indexed by name with columns value, lower, upper, unit, method; any
    table of `TABLES` given by name stands in for the one in the data. Returns text columns claim_id, speaker, claim,
    reported, derived, without_effect, verdict, why_verdict, sources (all keys, joined by ";"), section, link and
    source (the speaker's key).
    Raises ValueError for an unknown table, a subject without a rule, or a result that is missing.
    """
    for name in set(tables) - set(TABLES):
        raise ValueError(f"{name} is no table of the ledger; the tables are {', '.join(TABLES)}.")
    read = {name: load.table(name) for name in TABLES if name not in tables}
    evidence = SimpleNamespace(results=results, **read, **tables)
    evidence.known = _known(evidence)
    rows = []
    for claim in claims.itertuples():
        if claim.about not in RULES:
            raise ValueError(f"No rule for claims about {claim.about}; the rules are for {', '.join(RULES)}.")
        found, section = RULES[claim.about](claim, evidence), _section(claim, evidence)
        rows.append(
            {
                "claim_id": claim.claim_id,
                "speaker": SPEAKERS[claim.speaker],
                "claim": re.sub(rf"(?<![“\w])({SPOKEN_ONLY})(?![”\w])", r"“\1”", claim.claim),
                **found,
                "section": section,
                "link": link(claim.chapter, section),
                "source": claim.source,
                "sources": ";".join(dict.fromkeys([claim.source, *found["sources"]])),
            }
        )
    return pd.DataFrame(rows)
