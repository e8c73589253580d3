"""Chapter 08: each claim about this trial's results, what it says of these twelve and what it can mean for others.

No verdict is typed. What is said of the twelve is held to what the trial itself prints (its paper, its registry entry);
what it can mean for people like them follows from exact limits, from what luck alone gives, or from what was done.
A claim is judged by what its speaker could know: no other year and no other people enter a verdict.
"""

import re
from math import log1p
from types import SimpleNamespace

import pandas as pd

from trial import load, words
from trial.methods import exact_tests, intervals

PRINTED, DIFFER, SAID = "printed", "sources differ", "said, no number read"
FOLLOWS, TOO_FEW = "follows", "too few to tell"
SAME, NOT = "would look the same either way", "does not follow from this trial"

LARGEST_HARM = 0.05  # what must be excluded before few harmed among these can mean few harmed among others
LUCK = 0.05  # what luck alone gives more often than this would look the same either way
PAPER, REGISTRY = "genchi2023", "reg_stems"  # what the trial itself prints
GLOSSES = {  # verdict: what it means of harm, of benefit, of how the trial was done
    PRINTED: (
        "The trial's own printed counts say the same.",
        "A number printed by the trial says the same.",
        "The paper or the registry says the same.",
    ),
    DIFFER: (
        "The trial itself prints another count.",
        "Another text on the trial says another thing.",
        "The paper or the registry says another thing.",
    ),
    SAID: (
        "It is said; a count of people is not in what we read.",
        "Which way is said; how much, and in how many, is not in what we read.",
        "It is said; what it rests on is not in what we read.",
    ),
    FOLLOWS: (
        f"So many had no harm that harm in {words.one_in(LARGEST_HARM)} is excluded.",
        f"Luck alone would show it in at most {words.in_hundred(LUCK)} trials.",
        "It holds whether the cells work or not.",
    ),
    TOO_FEW: (
        "What was seen fits no harm, and fits much.",
        "What was seen fits many shares of people.",
        "So few cannot show how often it would fail.",
    ),
    SAME: (
        "Harm of other causes would be seen as often.",
        "Trials in which nothing works would show it too, this often.",
        "It would be done the same way.",
    ),
    NOT: (
        "Harm was seen too often for that.",
        "It needs somebody to compare with.",
        "It rests on a finding that luck gives too often.",
    ),
}
KINDS = {
    "safety": "harm",
    "severe": "harm",
    "serious_events": "harm",
    "new_lesions": "benefit",
    "atrophy": "benefit",
    "biomarkers": "benefit",
    "benefit": "benefit",
    "feasibility": "design",
    "next_step": "design",
    "dose_choice": "design",
}
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
SECTIONS = {
    "feasibility": "A single injection, each dose double the last",
    "safety": "None seen is not none possible",
    "severe": "Severe, serious and related are different questions",
    "serious_events": "Sources disagree on serious events",
    "new_lesions": "The same count fits help and no help",
    "atrophy": "Luck often favours the highest dose",
    "biomarkers": "What was said to rise, and when",
    "benefit": "What so few people could have shown",
    "next_step": "How many people, for which effect",
    "dose_choice": "The highest dose tried is not a limit found",
}


def link(chapter, heading):
    """The address of a section: page, "#", and the heading in lower case with hyphens.

    >>> link("02_safety", "None seen is not none possible")
    '02_safety.html#none-seen-is-not-none-possible'
    """
    return f"{chapter}.html#{re.sub(r'[^a-z0-9]+', '-', heading.lower()).strip('-')}"


# --- rules of these twelve --------------------------------------------------------------------------------------------


def of_count(stated, printed):
    """A stated count against the counts that the trial itself prints.

    >>> of_count(0, [0, 0]), of_count(0, [1]), of_count(6, [])
    ('printed', 'sources differ', 'said, no number read')
    """
    if not len(printed):
        return SAID
    return PRINTED if all(count == stated for count in printed) else DIFFER


def of_direction(said, others, number_read):
    """A direction against those that other texts on the trial give, and whether a number behind it was read.

    >>> of_direction(["up"], ["up"], False), of_direction(["up"], ["up"], True), of_direction(["up"], ["down"], True)
    ('said, no number read', 'printed', 'sources differ')
    """
    if set(others) - set(said):
        return DIFFER
    return PRINTED if number_read else SAID


# --- rules for people like them ---------------------------------------------------------------------------------------


def of_harm(share):
    """Few harmed here, few harmed elsewhere? By the limits of the share: an `intervals.Interval` of two sides.

    >>> for harmed, people in (0, 12), (0, 72), (9, 12):
    ...     of_harm(intervals.clopper_pearson(harmed, people, 0.95))
    'too few to tell'
    'follows'
    'does not follow from this trial'
    """
    if share.lower > LARGEST_HARM:
        return NOT
    return TOO_FEW if share.upper > LARGEST_HARM else FOLLOWS


def of_luck(without_effect):
    """A finding, from how often trials in which nothing works show it.

    >>> of_luck(0.25), of_luck(0.05)
    ('would look the same either way', 'follows')
    """
    return SAME if without_effect > LUCK else FOLLOWS


def of_usual(at_most, at_least):
    """A count, from how often untreated groups of this size show so many at most, and so many at least.

    >>> of_usual(0.4, 0.8), of_usual(0.9, 0.01)
    ('would look the same either way', 'too few to tell')
    """
    return SAME if min(at_most, at_least) > LUCK / 2 else TOO_FEW


def of_doing(done, planned):
    """That something can be done, from how often it was.

    >>> of_doing(12, 12), of_doing(11, 12)
    ('follows', 'too few to tell')
    """
    return FOLLOWS if done == planned else TOO_FEW


def of_need(needed, people):
    """That more people are needed, from the number that an assumed effect takes.

    >>> of_need(92, 12), of_need(12, 12)
    ('follows', 'does not follow from this trial')
    """
    return FOLLOWS if needed > people else NOT


def of_choice(without_effect):
    """The choice of one dose, from how often luck alone favours it.

    >>> of_choice(0.25), of_choice(0.05)
    ('does not follow from this trial', 'follows')
    """
    return NOT if without_effect > LUCK else FOLLOWS


# --- what stands beside the verdicts ----------------------------------------------------------------------------------


def _result(evidence, name):
    if name not in evidence.results.index:
        raise ValueError(f"The result {name} is missing; the claims need the results of the chapters before.")
    return evidence.results.loc[name]


def _outcome(evidence, name):
    return evidence.safety_outcomes.set_index("outcome").loc[name]


def _share(evidence, outcome):
    return intervals.clopper_pearson(int(outcome.people_with), int(outcome.people), evidence.confidence)


def _by_the_trial(outcome):
    return [int(outcome.people_with)] if outcome.source == PAPER else []


def _fits(share):
    return f"{words.limits(share)} would fit"


def _related(evidence):
    events = evidence.adverse_events
    return events[events["causality"].isin(load.RELATED)]


def _row_safety(claim, evidence):
    outcome, related = _outcome(evidence, "related_serious"), _related(evidence)
    share, events = _share(evidence, outcome), evidence.adverse_events["events"].sum()
    grades = related.groupby("causality")["events"].sum()
    serious = int(related.loc[related["serious"], "events"].sum())
    told = words.listed(f"{words.in_words(int(grades[grade]))} {grade}" for grade in load.RELATED if grade in grades)
    needed = intervals.people_to_exclude(LARGEST_HARM, (1 + evidence.confidence) / 2)
    return {
        "twelve": of_count(0, _by_the_trial(outcome)),
        "others": of_harm(share),
        "detail": _fits(share),
        "because": f"{words.sentence(words.count_of(outcome.people_with, outcome.people))} had {outcome.in_words}; of "
        f"{words.number(events)} events {words.number(related['events'].sum())} were put down to the cells ({told}), "
        f"{words.in_words(serious) if serious else 'none'} of them serious. To exclude harm in "
        f"{words.one_in(LARGEST_HARM)} by such limits takes {words.number(needed)} people without it.",
        "sources": [outcome.source],
    }


def _row_severe(claim, evidence):
    said, outcome = evidence.serious_event_statements, _outcome(evidence, "related_serious")
    printed = said.loc[said["source"] == PAPER, "related_to_cells"].dropna()
    share = _share(evidence, outcome)
    stated = evidence.claim_facts.set_index(["claim_id", "fact"]).loc[(claim.claim_id, "severe_related"), "value"]
    return {
        "twelve": of_count(stated, printed),
        "others": of_harm(share),
        "detail": _fits(share),
        "because": f"The abstract counts {words.in_words(int(stated)) if stated else 'none'}; the table counts serious "
        f"events, {words.in_words(int(printed.sum())) if printed.sum() else 'none'} of them put down to the cells. "
        f"How severe each event was: {words.NOT_READ}.",
        "sources": said.loc[said["source"] == PAPER, "source"].tolist(),
    }


def _row_serious(claim, evidence):
    outcome, related = _outcome(evidence, "any_serious"), _outcome(evidence, "related_serious")
    stated = evidence.claim_facts.set_index(["claim_id", "fact"]).loc[(claim.claim_id, "any_serious"), "value"]
    said, others = evidence.serious_event_statements, evidence.serious_event_comparison.query("trial != 'STEMS'")
    printed = said.loc[said["serious_events"].notna() & (said["source"] != claim.source), "statement"].iloc[0]
    elsewhere = others["people_with"] / others["people"]
    meant = "Of events put down to the cells it lists none, and read so the claim agrees with it. "
    return {
        "twelve": of_count(stated, _by_the_trial(outcome)),
        "others": of_harm(_share(evidence, outcome)),
        "detail": _fits(_share(evidence, outcome)),
        "because": f"The paper's table lists {printed}. {meant * (related.people_with == stated)}"
        f"In other trials of progressive MS {words.between(elsewhere.min(), elsewhere.max())} of people had a serious "
        "event of some cause.",
        "sources": [outcome.source, *others["source"]],
    }


def lesions_by_luck(untreated, people, seen, dispersion_k):
    """How often untreated people show so many with a new lesion, and people whose lesions the cells halve.

    In: share of untreated people with at least one if lesions fall by chance (Poisson), people, people seen with one,
    size of the negative binomial for lesions that bunch. Out: two rows, "by chance" and "bunched": exactly (untreated),
    halved (exactly, at half the rate), at_most and at_least (untreated).

    >>> lesions_by_luck(0.6014, 12, 6, 1).exactly.round(2).tolist()
    [0.18, 0.22]
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


def _row_lesions(claim, evidence):
    outcome, untreated = _outcome(evidence, "new_lesion"), _result(evidence, "imaging.expected_new_lesion_poisson")
    people, seen = int(outcome.people), int(outcome.people_with)
    luck = lesions_by_luck(untreated.value, people, seen, evidence.lesion_dispersion)
    verdict, share = of_usual(luck.at_most.min(), luck.at_least.min()), _share(evidence, outcome)
    return {
        "twelve": of_count(seen, _by_the_trial(outcome)),
        "others": verdict,
        "detail": f"{_times(luck.exactly)} trials without any effect" if verdict == SAME else _fits(share),
        "because": f"{words.sentence(words.in_words(seen))} of {people}, if all were scanned, would come up in "
        f"{_times(luck.exactly)} trials if the cells do nothing and in {_times(luck.halved)} if they halve new lesions "
        "(borrowed rate, assumed; whether lesions fall by chance or bunch). A new spot does not mean that somebody got "
        "worse.",
        "sources": [outcome.source],
    }


def _luck(evidence):
    return _result(evidence, "imaging.p_top_cohort_best_no_effect").value


def _luck_in_words(evidence):
    helped = _result(evidence, "imaging.p_top_cohort_best_with_effect").value
    return (
        f"If no dose did anything, the highest of {words.in_words(len(evidence.cohorts))} would come out best in "
        f"{words.in_hundred(_luck(evidence))} trials; if it alone worked as well as assumed, in "
        f"{words.in_hundred(helped)} (exploratory and uncontrolled)."
    )


def _loss(evidence):
    return evidence.atrophy.loc[evidence.atrophy["arm"] == "dose_D"].iloc[0]


def _row_atrophy(claim, evidence):
    loss = _loss(evidence)
    return {
        "twelve": of_direction(["less"], ["less"], pd.notna(loss.loss_percent_per_year)),
        "others": of_luck(_luck(evidence)),
        "detail": f"{words.in_hundred(_luck(evidence))} trials without any effect",
        "because": f"{words.sentence(words.in_words(int(evidence.cohorts['people_treated'].iloc[-1])))} people had that "
        f"dose; less than whom: {words.NOT_READ}. {_luck_in_words(evidence)}",
        "sources": [loss.source],
    }


def _row_biomarkers(claim, evidence):
    rows = evidence.biomarkers[evidence.biomarkers["trial"].str.startswith("STEMS")]
    own = rows["source"] == claim.source
    disputed = evidence.conflicts[
        (evidence.conflicts["chapter"] == claim.chapter) & (evidence.conflicts["source_b"] == claim.source)
    ]
    luck = [
        exact_tests.chance_of_false_increases(evidence.n_analytes, evidence.alpha, correlation, 1)
        for correlation in (0, evidence.analyte_correlation)
    ]
    read_as = [f"The abstract names no dose; that the sentence reads so {row.note}." for row in disputed.itertuples()]
    return {
        "twelve": of_direction(rows.loc[own, "direction"], rows.loc[~own, "direction"], rows["people_sampled"].notna().any()),
        "others": of_luck(min(luck)),
        "detail": f"{_times(luck)} panels without any effect",
        "because": " ".join(
            [
                *read_as,
                f"In {_times(luck)} panels of the assumed size some molecule would rise by luck, uncorrected; needle and "
                "drugs could raise some too, and so could cells that work.",
            ]
        ),
        "sources": rows["source"].tolist(),
    }


def _row_benefit(claim, evidence):
    loss = _loss(evidence)
    return {
        "twelve": of_direction(["less"], ["less"], pd.notna(loss.loss_percent_per_year)),
        "others": of_luck(_luck(evidence)),
        "detail": f"{words.in_hundred(_luck(evidence))} trials without any effect",
        "because": f"It rests on less brain shrinkage and on molecules. On walking, hands and daily life: {words.NOT_READ}. "
        f"{_luck_in_words(evidence)}",
        "sources": [loss.source],
    }


def _row_feasibility(claim, evidence):
    people, rules = int(evidence.cohorts["people_treated"].sum()), evidence.design_rules.set_index("rule")
    planned = int(rules.value["people_enrolled"])
    share = intervals.clopper_pearson(planned - people, planned, evidence.confidence)
    return {
        "twelve": of_count(planned, [people]),
        "others": of_doing(people, planned),
        "detail": f"that it can be done; failing in {words.limits(share)} of people would fit",
        "because": f"The table counts {people} of {planned} people treated, "
        f"{words.listed(words.in_words(int(count)) for count in evidence.cohorts['people_treated'])} at the "
        f"{words.in_words(len(evidence.cohorts))} doses, in {words.things(int(rules.value['centres']), 'hospital')}. What was "
        "done can be done.",
        "sources": [evidence.cohorts["source"].iloc[0]],
    }


def _row_next_step(claim, evidence):
    needed, people = 2 * _result(evidence, "next_trial.n_per_arm").value, evidence.cohorts["people_treated"].sum()
    design = evidence.design_rules.set_index("rule").loc["design_in_registry"]
    return {
        "twelve": PRINTED if "uncontrolled" in design.text else DIFFER,
        "others": of_need(needed, people),
        "detail": "",
        "because": f"The registry calls the trial uncontrolled too. To find the assumed effect on brain volume takes "
        f"{words.number(needed)} people in two groups; here were {words.number(people)}, and nobody to compare with.",
        "sources": [design.source],
    }


def _row_dose_choice(claim, evidence):
    top = evidence.cohorts.iloc[-1]
    related = int(_related(evidence).query("cohort == @top.cohort")["events"].sum())
    share = intervals.clopper_pearson(0, int(top.people_treated), evidence.confidence)
    return {
        "twelve": of_direction(["less"], ["less"], pd.notna(_loss(evidence).loss_percent_per_year)),
        "others": of_choice(_luck(evidence)),
        "detail": "",
        "because": f"A trial may choose it on other grounds. On the scans luck favours the highest dose in "
        f"{words.in_hundred(_luck(evidence))} trials (exploratory and uncontrolled). At that dose "
        f"{words.things(related, 'event')} {'was' if related == 1 else 'were'} put down to the cells, but of "
        f"{words.in_words(int(top.people_treated))} people without serious harm {_fits(share)}.",
        "sources": [top.source],
    }


RULES = {
    "feasibility": _row_feasibility,
    "safety": _row_safety,
    "severe": _row_severe,
    "serious_events": _row_serious,
    "new_lesions": _row_lesions,
    "atrophy": _row_atrophy,
    "biomarkers": _row_biomarkers,
    "benefit": _row_benefit,
    "next_step": _row_next_step,
    "dose_choice": _row_dose_choice,
}


def _evidence(results, settings, tables):
    for name in set(tables) - set(TABLES):
        raise ValueError(f"{name} is no table of the claims; the tables are {', '.join(TABLES)}.")
    read = {name: load.table(name) for name in TABLES if name not in tables}
    return SimpleNamespace(results=results, **settings, **read, **tables)


def weighed(claims, results, settings, **tables):
    """One row a claim about the results: what it says of these twelve, what it can mean for others, both by rule.

    `claims` as from `load.table("claims")`, those on design and background left out; `results` indexed by name with a
    column value; `settings`: confidence, alpha, n_analytes, analyte_correlation, lesion_dispersion; any table of `TABLES`
    given by name stands in for the one in the data. Returns text columns claim_id, speaker, claim, kind, twelve, others,
    detail (the limit, or how often), because, section, link, sources (keys joined by ";").
    Raises ValueError for an unknown table, a subject without a rule, or a result that is missing.
    """
    evidence, rows = _evidence(results, settings, tables), []
    for claim in claims[~claims["about"].isin(["design", "background"])].itertuples():
        if claim.about not in RULES:
            raise ValueError(f"No rule for claims about {claim.about}; the rules are for {', '.join(RULES)}.")
        found = RULES[claim.about](claim, evidence)
        rows.append(
            {
                "claim_id": claim.claim_id,
                "speaker": SPEAKERS[claim.speaker],
                "claim": re.sub(rf"(?<![“\w])({SPOKEN_ONLY})(?![”\w])", r"“\1”", claim.claim),
                "kind": KINDS[claim.about],
                **found,
                "section": SECTIONS[claim.about],
                "link": link(claim.chapter, SECTIONS[claim.about]),
                "sources": ";".join(dict.fromkeys([claim.source, *found["sources"]])),
            }
        )
    return pd.DataFrame(rows)


def about_the_design(claims, **tables):
    """Each claim on how the trial was done, against what the trial's paper and registry print: claim_id, verdict.

    A fact of the abstract is held to the registry where that prints it, and else stands as the trial's own.
    """
    evidence = _evidence(None, {}, tables)
    doses = {"rule": "doses", "value": len(evidence.cohorts), "text": "", "source": evidence.cohorts["source"].iloc[0]}
    known = pd.concat([evidence.design_rules, pd.DataFrame([doses])], ignore_index=True)
    known = known[known["source"].str.startswith((PAPER, REGISTRY))]
    stated = evidence.claim_facts.merge(known, left_on="fact", right_on="rule", how="left", suffixes=("", "_known"))
    same = pd.concat([_alike(stated[c], stated[f"{c}_known"]) for c in ("value", "lower", "upper", "text")], axis=1)
    stated["verdict"] = same.all(axis=1).map({True: PRINTED, False: DIFFER}).where(stated["rule"].notna(), SAID)
    wanted = claims[claims["about"] == "design"][["claim_id"]].merge(stated, on="claim_id", how="left")
    worst = [DIFFER, SAID, PRINTED]
    by_claim = wanted.groupby("claim_id", sort=False)["verdict"]
    return by_claim.agg(lambda found: min(found, key=worst.index)).reset_index()


def _alike(stated, known):
    empty = stated.isna() | (stated == "")
    return empty | (stated == known)


def sources_of(weighed):
    """The keys of all sources of the weighed claims, each once."""
    return list(dict.fromkeys(key for keys in weighed["sources"] for key in keys.split(";")))


def glosses(weighed):
    """The verdicts in use and what each means, by what it is about: verdict, harm, benefit, design."""
    used = {(row[column], row.kind) for _, row in weighed.iterrows() for column in ("twelve", "others")}
    rows = []
    for verdict, meanings in GLOSSES.items():
        told = {k: text if (verdict, k) in used else "" for k, text in zip(("harm", "benefit", "design"), meanings, strict=True)}
        if any(told.values()):
            rows.append({"verdict": verdict, **told})
    return pd.DataFrame(rows)


def unread(not_read):
    """The items of the answer sheet that nobody has filled in yet."""
    return not_read


WEIGHED = {
    "Claim": (("claim", "speaker"), lambda claim, speaker: f"{claim.rstrip('.')} ({speaker})"),
    "Of these twelve": ("twelve", words.sentence),
    "For people like them": (
        ("others", "detail"),
        lambda verdict, detail: words.sentence(f"{verdict}: {detail}" if detail else verdict),
    ),
    "Because": "because",
    "More": "section",
}
MEANINGS = {
    "Verdict": ("verdict", words.sentence),
    "Of harm": "harm",
    "Of benefit": "benefit",
    "Of how it was done": "design",
}
VOICES = {
    "Who": ("voice", words.sentence),
    "What is said": ("says", words.sentence),
    "What goes beyond the abstract": ("beyond", words.sentence, "Nothing"),
    "The text": ("text", words.sentence),
    "Source": "source",
}
NOT_READ = {
    "Not in what we read": "item",
    "What it would answer": ("question", words.sentence),
    "Where it stands": ("probably_in", words.sentence),
    "What it would change": (
        ("would_change_chapter", "would_change_section"),
        lambda chapter, section: f"chapter {chapter[:2]}: {section}",
    ),
}
