"""Each claim about this trial's results held to what was printed and to what twelve people can show.

A claim is judged by what its speaker could know: no other year and no other people enter a verdict.
"""

import re
from math import log1p
from types import SimpleNamespace
from typing import NamedTuple

import pandas as pd

from trial import answers, load, safety, words
from trial.claims import rules
from trial.methods import intervals
from trial.next_trial.scans import TRIAL_YEARS

PAPER, REGISTRY = "genchi2023", "reg_stems"  # what the trial itself prints
TABLES = (
    "adverse_events",
    "atrophy",
    "biomarkers",
    "claim_facts",
    "cohorts",
    "conflicts",
    "design_rules",
    "safety_outcomes",
    "serious_event_comparison",
    "serious_event_statements",
)
SPEAKERS = {"news": "news item", "abstract": "abstract"}
SPOKEN_ONLY = "safe|tolerable|hints of benefit"


def link(chapter, heading):
    """The address of a section: page, "#", and the heading in lower case with hyphens."""
    return f"{chapter}.html#{re.sub(r'[^a-z0-9]+', '-', heading.lower()).strip('-')}"


def _result(evidence, name):
    if name not in evidence.results.index:
        raise ValueError(f"The result {name} is missing; the claims need the results of the chapters before.")
    return evidence.results.loc[name]


def _share(evidence, outcome):
    return intervals.clopper_pearson(int(outcome.people_with), int(outcome.people), evidence.confidence)


def _by_the_trial(outcome):
    return [int(outcome.people_with)] if outcome.source == PAPER else []


def _fits(share):
    return f"{words.limits(share)} would fit"


class Subject(NamedTuple):
    """What a claim can be about."""

    kind: str  # what it is a claim of: harm, benefit or design
    section: str  # the heading of its chapter that weighs it
    short: str  # the claim in a few words
    weighed: object  # from a claim and the evidence to the columns of `results` that are its own


SUBJECTS = {}  # by the column about of the claims
_FEWER = f"fewer than {words.one_in(safety.LARGEST_HARM)}"
_NEXT = "that the next trial may take the highest dose (a choice, not a sign of benefit)"


def _about(name, kind, section, short):
    """The function below weighs the claims about `name`; the rest as in their Subject."""

    def weighs(function):
        SUBJECTS[name] = Subject(kind, section, short, function)
        return function

    return weighs


@_about("feasibility", "design", "A single injection, each dose double the last", "that it can be done")
def _row_feasibility(claim, evidence):
    people, planned = int(evidence.cohorts["people_treated"].sum()), int(evidence.rules.value["people_enrolled"])
    share = intervals.clopper_pearson(planned - people, planned, evidence.confidence)
    return {
        "twelve": rules.of_count(planned, [people]),
        "others": rules.of_doing(people, planned),
        "detail": f"that it can be done; failing in {words.limits(share)} of people would fit",
        "because": f"By dose the table counts {words.number(people)} people treated, of {words.number(planned)} who took "
        f"part, in {words.things(int(evidence.rules.value['centres']), 'hospital')}. What was done can be done.",
        "sources": [evidence.cohorts["source"].iloc[0]],
    }


@_about("safety", "harm", "None seen is not none possible", f"that serious harm strikes {_FEWER}")
def _row_safety(claim, evidence):
    outcome, related = evidence.outcomes.loc["related_serious"], evidence.related
    share, events = _share(evidence, outcome), evidence.adverse_events["events"].sum()
    serious = int(related.loc[related["serious"], "events"].sum())
    needed = intervals.people_to_exclude(safety.LARGEST_HARM, (1 + evidence.confidence) / 2)
    return {
        "twelve": rules.of_count(0, _by_the_trial(outcome)),
        "others": rules.of_harm(share),
        "detail": _fits(share),
        "because": f"{words.sentence(words.count_of(outcome.people_with, outcome.people))} had {outcome.in_words}; of "
        f"{words.number(events)} events {words.number(related['events'].sum())} were put down to the cells "
        f"({words.listed(safety.graded(related))}), "
        f"{words.in_words(serious) if serious else 'none'} of them serious. To exclude harm in "
        f"{words.one_in(safety.LARGEST_HARM)} by such limits takes {words.number(needed)} people without it.",
        "sources": [outcome.source],
    }


@_about("severe", "harm", "Severe, serious and related are different questions", f"that severe harm strikes {_FEWER}")
def _row_severe(claim, evidence):
    said, outcome = evidence.serious_event_statements, evidence.outcomes.loc["related_serious"]
    own = said[said["source"] == PAPER]
    printed, share = own["related_to_cells"].dropna(), _share(evidence, outcome)
    stated = evidence.stated[claim.claim_id, "severe_related"]
    graded = own["where"].eq("abstract").any()  # no table grades events
    return {
        "twelve": rules.of_count(stated, [stated] if graded else []),
        "others": rules.of_harm(share),
        "detail": _fits(share),
        "because": f"The abstract counts {words.in_words(int(stated)) if stated else 'none'}; the table counts serious "
        f"events, {words.in_words(int(printed.sum())) if printed.sum() else 'none'} of them put down to the cells. "
        f"{answers.sentence('severity_grades', 'How severe each event was')}",
        "asked": "severity_grades",
        "sources": own["source"].tolist(),
    }


@_about("serious_events", "harm", "Sources disagree on serious events", f"that serious events strike {_FEWER}")
def _row_serious(claim, evidence):
    outcome, related = evidence.outcomes.loc["any_serious"], evidence.outcomes.loc["related_serious"]
    stated = evidence.stated[claim.claim_id, "any_serious"]
    said, others = evidence.serious_event_statements, evidence.serious_event_comparison.query("trial != 'STEMS'")
    printed = said.loc[said["serious_events"].notna() & (said["source"] != claim.source), "statement"].iloc[0]
    elsewhere = others["people_with"] / others["people"]
    meant = "Of events put down to the cells it lists none, and read so the claim agrees with it. "
    return {
        "twelve": rules.of_count(stated, _by_the_trial(outcome)),
        "others": rules.of_harm(_share(evidence, outcome)),
        "detail": _fits(_share(evidence, outcome)),
        "because": f"The paper's table lists {printed}. {meant if related.people_with == stated else ''}"
        f"In other trials of progressive MS {words.between(elsewhere.min(), elsewhere.max())} of people had a serious "
        f"event of some cause in {words.between(others['weeks'].min(), others['weeks'].max(), words.number)} weeks.",
        "sources": [outcome.source, *others["source"]],
    }


def lesions_by_luck(untreated, people, seen, dispersion_k):
    """How often untreated people show so many with a new lesion, and people whose lesions the cells halve.

    In: share of untreated people with at least one if lesions fall by chance (Poisson), people, people seen with one,
    size of the negative binomial for lesions that bunch. Out: two rows, "by chance" and "bunched": exactly (untreated),
    halved (exactly, at half the rate), at_most and at_least (untreated).
    """
    mean, rows = -log1p(-min(untreated, 1 - 1e-12)), []
    for k in (float("inf"), dispersion_k):
        same, half = (
            intervals.count_distribution(intervals.at_least_one_negative_binomial(rate, k), people)
            for rate in (mean, mean / 2)
        )
        rows.append((same[seen], half[seen], same[: seen + 1].sum(), same[seen:].sum()))
    return pd.DataFrame(rows, ["by chance", "bunched"], ["exactly", "halved", "at_most", "at_least"])


def _times(shares):
    low, high = (words.in_hundred(share) for share in (min(shares), max(shares)))
    return low if low == high else f"{low.removesuffix(' of 100')} to {high}"


@_about("new_lesions", "benefit", "The same count fits help and no help", "how many get new spots")
def _row_lesions(claim, evidence):
    outcome, untreated = evidence.outcomes.loc["new_lesion"], _result(evidence, "imaging.expected_new_lesion_poisson")
    people, seen = int(outcome.people), int(outcome.people_with)
    luck = lesions_by_luck(untreated.value, people, seen, evidence.lesion_dispersion)
    verdict, share = rules.of_usual(luck.at_most.min(), luck.at_least.min()), _share(evidence, outcome)
    return {
        "twelve": rules.of_count(
            words.whole(people * evidence.stated[claim.claim_id, "new_lesion"]), _by_the_trial(outcome)
        ),
        "others": verdict,
        "detail": f"{_times(luck.exactly)} trials without any effect" if verdict == rules.SAME else _fits(share),
        "because": f"{words.sentence(words.in_words(seen))} of {people}, if all were scanned, would come up in "
        f"{_times(luck.exactly)} trials if the cells do nothing and in {_times(luck.halved)} if they halve new lesions "
        "(borrowed rate, assumed; whether lesions fall by chance or bunch). A new spot does not mean that somebody got "
        "worse.",
        "asked": "people_scanned",
        "sources": [outcome.source],
    }


def _luck(evidence):
    return _result(evidence, "imaging.p_top_cohort_best_no_effect").value


def _luck_in_words(evidence):
    helped = _result(evidence, "imaging.p_top_cohort_best_with_effect").value
    return (
        f"Luck alone would put the highest of {words.in_words(len(evidence.cohorts))} first in so many trials; if it alone "
        f"worked as well as assumed, it would come out best in {words.in_hundred(helped)} (exploratory and uncontrolled)."
    )


def _loss(evidence):
    """The row of this trial's loss, and what its direction, told alike by all, makes of a claim."""
    row = evidence.atrophy.loc[evidence.atrophy["arm"] == "dose_D"].iloc[0]
    return row, rules.of_direction(["less"], ["less"], pd.notna(row.loss_percent_per_year))


@_about("atrophy", "benefit", "Luck alone can put the highest dose first", "that brains shrink less")
def _row_atrophy(claim, evidence):
    loss, twelve = _loss(evidence)
    return {
        "twelve": twelve,
        "others": rules.of_luck(_luck(evidence)),
        "detail": f"{words.in_hundred(_luck(evidence))} trials without any effect",
        "because": f"{words.sentence(words.in_words(int(evidence.cohorts['people_treated'].iloc[-1])))} people had that "
        f"dose. {answers.sentence('atrophy_comparison', 'Less than whom')} {_luck_in_words(evidence)}",
        "asked": "volume_by_person",
        "sources": [loss.source],
    }


@_about("biomarkers", "benefit", "What was said to rise, and when", "that molecules rise")
def _row_biomarkers(claim, evidence):
    rows = evidence.biomarkers[evidence.biomarkers["trial"].str.startswith("STEMS")]
    own = rows["source"] == claim.source
    disputed = evidence.conflicts[
        (evidence.conflicts["chapter"] == claim.chapter) & (evidence.conflicts["source_b"] == claim.source)
    ]
    luck = [_result(evidence, f"biomarkers.p_any_false_increase_{how}").value for how in ("independent", "correlated")]
    why = [f"The abstract names no dose; that the sentence reads so {row.note}." for row in disputed.itertuples()]
    why += [
        "If molecules move together a little or not at all, luck alone would raise at least one in so many panels (uncorrected; "
        "two or more in fewer); needle, drugs or cells that work could too.",
        answers.sentence("panel_size", "How many were measured"),
    ]
    return {
        "twelve": rules.of_direction(
            rows.loc[own, "direction"], rows.loc[~own, "direction"], rows["people_sampled"].notna().any()
        ),
        "others": rules.of_luck(min(luck)),
        "detail": f"{_times(luck)} panels of {words.number(evidence.n_analytes)} molecules (assumed) without any effect",
        "because": " ".join(why),
        "asked": "molecules",
        "sources": rows["source"].tolist(),
    }


@_about("benefit", "benefit", "What so few people could have shown", "that there are hints")
def _row_benefit(claim, evidence):
    said = answers.sentence("disability", "Whether walking, hands or daily life got better")
    why = f"It rests on less brain shrinkage, weighed above, and on molecules, weighed there too. {said}"
    return _row_atrophy(claim, evidence) | {"because": why, "asked": "disability"}


@_about("next_step", "design", "How many people, for which effect", "that a larger trial is needed")
def _row_next_step(claim, evidence):
    needed, more = (2 * _result(evidence, f"next_trial.{name}").value for name in ("n_per_arm", "n_per_arm_excess"))
    people, design = evidence.cohorts["people_treated"].sum(), evidence.rules.loc["design_in_registry"]
    uncontrolled = "uncontrolled" in design.text
    return {
        "twelve": rules.PRINTED if uncontrolled else rules.DIFFER,
        "others": rules.of_need(needed, people),
        "detail": "",
        "because": f"The registry calls the trial {'uncontrolled too' if uncontrolled else design.text}. To find the assumed effect on brain volume takes "
        f"{words.between(needed, more, words.number)} people in two groups who stay for about {words.things(int(TRIAL_YEARS), 'year')}; "
        f"here were {words.number(people)}, and nobody to compare with.",
        "sources": [design.source],
    }


@_about("dose_choice", "design", "The highest dose tried is not a limit found", _NEXT)
def _row_dose_choice(claim, evidence):
    top, planned = evidence.cohorts.iloc[-1], int(evidence.rules.value["cohort_size"])
    serious = int(evidence.related.query("cohort == @top.cohort and serious").events.sum())
    severe = int(evidence.claim_facts.set_index("fact").value["severe_related"])
    return {
        "twelve": _loss(evidence)[1],
        "others": rules.of_choice(top.people_treated, planned, serious + severe),
        "detail": "as a choice of design, not as a sign of benefit",
        "because": f"{words.sentence(words.in_words(int(top.people_treated)))} people had that dose, "
        f"{words.in_words(planned)} were planned; the table counts {words.things(serious, 'serious event')} put down to the "
        f"cells among them, the abstract {words.things(severe, 'severe reaction')} at any dose. A rule that raises the dose "
        "step by step hands on the highest that passed. That this dose helped more would be another claim: luck can put it "
        "first (exploratory and uncontrolled).",
        "asked": "highest_dose_choice",
        "sources": [top.source],
    }


def _evidence(results, settings, tables):
    for name in set(tables) - set(TABLES):
        raise ValueError(f"{name} is no table of the claims; the tables are {', '.join(TABLES)}.")
    read = {name: load.table(name) for name in TABLES if name not in tables} | tables
    return SimpleNamespace(
        results=results,
        related=safety.related(read["adverse_events"]),
        outcomes=read["safety_outcomes"].set_index("outcome"),
        rules=read["design_rules"].set_index("rule"),
        stated=read["claim_facts"].set_index(["claim_id", "fact"])["value"],
        **settings,
        **read,
    )


def results(claims, results, settings, **tables):
    """One row a claim about the results: what it says of these twelve, what it can mean for others, both by rule.

    `claims` as from `load.table("claims")`, those on design and background left out; `results` indexed by name with a
    column value; `settings`: confidence, lesion_dispersion, n_analytes; any table of `TABLES`
    given by name stands in for the one in the data. Returns text columns claim_id, speaker, claim, about, kind, twelve, others,
    detail (the limit, or how often), because, asked (the key of `data/not_read.csv` that would give the number), since
    (what to add where it has an answer), chapter, section, link, sources (keys joined by ";").
    Raises ValueError for an unknown table, a subject without a rule, or a result that is missing.
    """
    evidence, rows = _evidence(results, settings, tables), []
    for claim in claims[~claims["about"].isin(["design", "background"])].itertuples():
        if claim.about not in SUBJECTS:
            raise ValueError(f"No rule for claims about {claim.about}; the rules are for {', '.join(SUBJECTS)}.")
        subject = SUBJECTS[claim.about]
        found = subject.weighed(claim, evidence)
        rows.append(
            {
                "claim_id": claim.claim_id,
                "speaker": SPEAKERS[claim.speaker],
                "claim": re.sub(rf"(?<![“\w])({SPOKEN_ONLY})(?![”\w])", r"“\1”", claim.claim),
                "about": claim.about,
                "kind": subject.kind,
                **{"asked": "", **found},
                "chapter": claim.chapter,
                "section": subject.section,
                "link": link(claim.chapter, subject.section),
                "sources": ";".join(dict.fromkeys([claim.source, *found["sources"]])),
            }
        )
    frame = pd.DataFrame(rows)
    since = frame["twelve"].eq(rules.SAID) & frame["asked"].map(lambda key: bool(key) and answers.is_read(key))
    return frame.assign(since=since.map({True: "an answer was read since", False: ""}))


def design(claims, **tables):
    """Each claim on how the trial was done, against the trial's paper and registry entry: claim_id, verdict.

    A speaker is not held to his own text: the abstract's facts go by the registry. What no other text of the trial prints
    is said only; one fact told otherwise makes the claim differ.
    """
    evidence = _evidence(None, {}, tables)
    doses = {"rule": "doses", "value": len(evidence.cohorts), "text": "", "source": evidence.cohorts["source"].iloc[0]}
    known = pd.concat([evidence.design_rules, pd.DataFrame([doses])], ignore_index=True)
    known = known[known["source"].str.startswith((PAPER, REGISTRY))]
    stated = evidence.claim_facts.merge(known, left_on="fact", right_on="rule", suffixes=("", "_known"))
    stated = stated[stated["source"] != stated["source_known"]]
    alike = pd.concat(
        [_alike(stated[name], stated[f"{name}_known"]) for name in ("value", "lower", "upper", "text")], axis=1
    )
    each = alike.all(axis=1).groupby(stated["claim_id"]).all().map({True: rules.PRINTED, False: rules.DIFFER})
    wanted = claims.loc[claims["about"] == "design", ["claim_id"]]
    return wanted.assign(verdict=wanted["claim_id"].map(each).fillna(rules.SAID)).reset_index(drop=True)


def _alike(stated, known):
    return stated.isna() | (stated == "") | (stated == known)
