"""Frames, columns and findings of chapter 02: events by what, when and how judged; limits; people needed."""

from functools import partial
from math import inf, log

import numpy as np
import pandas as pd
from scipy.stats import binom, fisher_exact
from scipy.stats.contingency import odds_ratio

from trial import answers, words
from trial.load import RELATED
from trial.methods import clustering, intervals, pooling

LARGEST_HARM = 0.05  # what must be excluded before few harmed among these can mean few harmed among others
JUDGED = {
    "definitely": "definitely related",
    "probably": "probably related",
    "possibly": "possibly related",
    "unlikely": "unlikely to be related",
    "not": "not related",
}
PERIODS = {"0-14": "days 0 to 14", "15-672": "day 15 to week 96"}
CAUSES = {
    "puncture": "the lumbar puncture itself",
    "anti_rejection_drugs": "the anti-rejection drugs",
    "ms": "MS",
    "everyday_life": "everyday life",
    "stopped_drugs": "having stopped earlier treatment",
}
COHORTS = list("ABCD")
DOSES = {f"Dose {cohort}": (cohort, words.number) for cohort in COHORTS}


def related(events):
    """The events that the investigators put down to the cells, definitely, probably or possibly."""
    return events[events["causality"].isin(RELATED)]


def graded(events):
    """How many events were judged how, from definitely to not, zeros left out, as a list of words."""
    counts = events.groupby("causality")["events"].sum()
    return [f"{words.in_words(int(counts[grade]))} {grade}" for grade in JUDGED if counts.get(grade)]


def _by_cohort(events):
    """Events per cohort and in all: an empty cohort has none, and is not missing."""
    counts = events.groupby("cohort")["events"].sum().reindex(COHORTS, fill_value=0)
    return {**counts, "all": counts.sum()}


def how_often(events):
    """How often each thing happened, in plain terms, most frequent first, zeros left out."""
    counts = events.groupby("plain_term", sort=False)["events"].sum().sort_values(ascending=False, kind="stable")
    return counts[counts > 0]


def growths(events):
    """The growths in the table of events, in plain words."""
    found = events["plain_term"].str.contains("growth|polyp|tumour") & (events["events"] > 0)
    return words.listed([f"a {term}" for term in events.loc[found, "plain_term"].unique()])


def overview_columns():
    """How `events_overview` reads; in place of people the answer sheet speaks."""
    unread = answers.said("people_with_each_event", unread=answers.MARK)
    return {"What was counted": "counted", "All": ("all", words.number, unread)} | DOSES


def events_overview(events):
    """The overview a trial reports first: counted, A to D, all; people have a row, though no count of them was read."""
    rows = {
        "Events": events,
        "in days 0 to 14": events[events["window_days"] == "0-14"],
        "from day 15 to week 96": events[events["window_days"] == "15-672"],
        "put down to the cells": related(events),
        "serious": events[events["serious"]],
        "serious and put down to the cells": related(events[events["serious"]]),
    }
    made = [{"counted": name, **_by_cohort(part)} for name, part in rows.items()]
    return pd.DataFrame([*made, {"counted": "People with any event"}])


def _named(term, plain):
    return words.sentence(plain if plain.lower() == term.lower() else f"{plain} ({term})")


def _judged(causality, serious):
    return JUDGED[causality] + (", serious" if serious else "")


BY_TERM = {"Event": (("term", "plain_term"), _named), "All": ("all", words.number), **DOSES}
BY_TERM |= {"When": ("window_days", PERIODS.get), "Judged": (("causality", "serious"), _judged)}


def events_by_term(events):
    """All terms by frequency: term, plain_term, window_days, causality, serious, A to D, all."""
    keys = ["term", "plain_term", "window_days", "causality", "serious"]
    made = events.groupby(keys, sort=False).apply(lambda part: pd.Series(_by_cohort(part))).reset_index()
    return made.sort_values("all", ascending=False, kind="stable")


def _first_or(first, second):
    return words.sentence(CAUSES[first] + (f", or {CAUSES[second]}" if second else ""))


OTHER_CAUSES = {
    "What else could cause it": (("other_cause", "also"), _first_or),
    "Events": ("events", words.number),
    "Which": "which",
}


def causes(events, attribution):
    """Events by what else than the cells could cause them, our judgement: other_cause, also ("" for none), events, which."""
    terms = events.groupby("term").agg(events=("events", "sum"), plain_term=("plain_term", "first"))
    by_cause = attribution.join(terms, on="term").groupby(["other_cause", "also"], sort=False)
    made = by_cause.agg(events=("events", "sum"), which=("plain_term", words.listed)).reset_index()
    made["in_all"] = made.groupby("other_cause")["events"].transform("sum")
    made = made.sort_values(["in_all", "events"], ascending=False, kind="stable", ignore_index=True)
    return made.drop(columns="in_all")


STATEMENTS = {
    "Who speaks": ("speaker", words.sentence),
    "What is said": ("statement", words.sentence),
    "Serious events": ("serious_events", words.number, answers.MARK),
    "Serious and related": ("related_to_cells", words.number, answers.MARK),
    "Source": "source",
}


def interval_methods(outcomes, confidence):
    """Every named interval for the given outcomes (rows with people_with, people): method, sides, and for each outcome
    its limits, named by outcome; missing where a method does not serve the count."""
    made = {}
    for outcome, row in outcomes.iterrows():
        limits = intervals.interval_table(row["people_with"], row["people"], confidence)
        made[outcome] = limits.set_index(["method", "sides"]).add_prefix(f"{outcome}_")
    return pd.concat(made.values(), axis=1).reset_index()


def _cut(lower, upper):
    return words.between(max(lower, 0), upper, partial(words.percent, digits=1))


def interval_columns(outcomes):
    """How `interval_methods` reads: a column an outcome."""
    heads = {"Method": "method", "Sides": "sides"}
    for row in outcomes.itertuples():
        ends = (f"{row.Index}_lower", f"{row.Index}_upper")
        heads[f"{row.people_with} of {row.people}: {row.in_words}"] = (ends, _cut, "not defined")
    return heads


def expected_beside_observed(comparison, confidence):
    """People with any serious event in other trials, beside those of this one (the row of STEMS).

    Out, a row a trial: the columns of `comparison`, expected (of as many people as here, on average), none and as_few
    (chances of nobody, and of no more than here, if the rate there is the true one), p_value (Fisher's exact test,
    two-sided), lower and upper (exact conditional limits of the odds here over the odds there, two-sided).
    """
    here = comparison[comparison["trial"] == "STEMS"].iloc[0]
    others, rows = comparison[comparison["trial"] != "STEMS"], []
    for there in others.itertuples():
        rate = there.people_with / there.people
        table = [[row.people_with, row.people - row.people_with] for row in (here, there)]
        limits = odds_ratio(table).confidence_interval(confidence)
        as_few = float(binom.cdf(here.people_with, here.people, rate))
        none = float(intervals.probability_none(rate, here.people))
        rows.append((here.people * rate, none, as_few, float(fisher_exact(table).pvalue), limits.low, limits.high))
    names = ["expected", "none", "as_few", "p_value", "lower", "upper"]
    return others.join(pd.DataFrame(rows, columns=names, index=others.index))


EXPECTED = {
    "Elsewhere": (("trial", "arm"), "{}, {}".format),
    "Any serious event": (("people_with", "people"), words.count_of),
    "Of {people} at that rate, on average": ("expected", words.one_decimal),
    "{so_few} of {people} at that rate": ("as_few", words.in_hundred),
    "None of {people}": ("none", words.in_hundred),
    "p, exact test (Fisher, two-sided)": ("p_value", words.probability),
    "Odds here over odds there (exact, two-sided {level})": (
        ("lower", "upper"),
        words.between_numbers,
    ),
    "Source": "source",
}


TO_EXCLUDE = {
    "Harm that strikes": ("rate", words.one_in),
    "People needed, none harmed (exact, one-sided {level})": ("people", words.number),
    "People needed, none harmed (exact, two-sided {level})": ("people_two_sided", words.number),
    "Chance that twelve see none": ("twelve_see_none", words.in_hundred),
}


def people_to_exclude(rates, confidence):
    """People without an event who exclude each rate by a one-sided and by a two-sided limit, and the chance that twelve
    see none: rate, people, people_two_sided, twelve_see_none (share)."""
    needed = {
        name: [intervals.people_to_exclude(rate, confidence, sides) for rate in rates]
        for name, sides in (("people", "upper"), ("people_two_sided", "two"))
    }
    return pd.DataFrame({"rate": rates, **needed, "twelve_see_none": intervals.probability_none(rates, 12)})


def rules_out(confidence, people):
    """A curve: people without an event against the largest rate still possible; the readers' points carry a label."""
    marked = {
        3: "one dose",
        people: "this trial",
        intervals.people_to_exclude(LARGEST_HARM, confidence): words.one_in(LARGEST_HARM),
        intervals.people_to_exclude(0.01, confidence): words.one_in(0.01),
    }
    made = pd.DataFrame({"people": sorted({*marked, *(round(10 ** (step / 10)) for step in range(3, 31))})})
    rates = [intervals.clopper_pearson(0, n, confidence, "upper").upper for n in made["people"]]
    label, this_trial = made["people"].map(marked).fillna(""), made["people"] == people
    return made.assign(largest_rate=rates, label=label, this_trial=this_trial, confidence=confidence)


HARM = {
    "related_serious": "Serious, and put down to the cells",
    "related_severe": "Severe, which is another question",
    "severe": "Severe, which is another question",
    "broader": "Any related event, or any serious one",
}


SISTERS = {
    "Trial": "trial",
    "People": (("people_with", "people"), words.count_of),
    "Upper limit (exact, two-sided {level})": ("upper", words.percent),
    "What was counted": "head",
    "By its own words": ("counted", words.sentence),
    "Source": "source",
}


def with_limits(table, confidence):
    """A table of people_with and people, with their exact two-sided limits where both are known: lower, upper, confidence."""
    known = table[["people_with", "people"]].dropna().astype(int)
    limits = {at: intervals.clopper_pearson(*counts, confidence) for at, *counts in known.itertuples()}
    ends = {end: pd.Series({at: getattr(limit, end) for at, limit in limits.items()}) for end in ("lower", "upper")}
    return table.assign(**ends, confidence=confidence)


COUNTED = {
    "events_people": "people_with",
    "people_followed": "people",
    "endpoint": "counted",
    "endpoint_class": "harm",
}


def harm_in_trials(sisters, outcomes, confidence):
    """This trial and the other cell trials that counted people harmed, those that counted alike side by side.

    Out: head (what was counted), harm (its class), trial, this_trial, disease, cells, people_with, people, exact
    two-sided limits lower and upper, counted (in the trial's own words), confidence, source.
    """
    own, others = outcomes.loc["related_serious"], sisters.rename(columns=COUNTED)
    here = {"trial": "This trial (STEMS)", "disease": "SPMS and PPMS", "cells": "fetal neural stem cells"}
    here |= {"harm": own.name, "counted": own.in_words, **own[["source", "people_with", "people"]]}
    others = others.loc[others["harm"].isin(HARM), list(here)].dropna()
    made = pd.concat([pd.DataFrame([here]), others], ignore_index=True)
    made = with_limits(made.astype({"people_with": int, "people": int}), confidence)
    made = made.assign(this_trial=made.index == 0, head=made["harm"].map(HARM))
    return made.sort_values("harm", key=lambda harm: harm.map(list(HARM).index), kind="stable", ignore_index=True)


def left_aside(sisters, harm):
    """Other trials in which people were harmed, but not in a way that `harm_in_trials` sets side by side: rows of `sisters`."""
    return sisters[(sisters["events_people"] > 0) & ~sisters["trial"].isin(harm["trial"])]


ELSEWHERE = ["Intrathecal MSC, 14 diseases", "MSC-NTF in progressive MS"]


AFTER_OTHER_CELLS = {
    "What happened": ("finding", words.sentence),
    "People elsewhere": (("people_with", "people"), words.count_of),
    "Limits (exact, two-sided {level})": (("lower", "upper"), words.between),
    "Events in the table here, {people} people": ("here", words.number),
    "Source": "source",
}


def after_other_cells(findings, events, confidence):
    """People with each event after other cells into the spinal fluid: rows of `findings` with exact two-sided limits, and
    here, the events of this trial by the same name."""
    made = with_limits(findings[findings["trial"].isin(ELSEWHERE) & (findings["about"] == "safety")], confidence)
    here = made["finding"].map(events.groupby("plain_term")["events"].sum()).fillna(0).astype(int)
    return made.assign(here=here)


_ALIKE, _ANY = (words.sentence(name) for name in pooling.SPREADS)
POOLED = {
    "Which trials": "which",
    "Harmed": (("people_with", "people"), words.count_of),
    f"{_ALIKE}: average rate at most": ("average_0", words.percent),
    "rate in another trial at most": ("another_0", words.percent),
    f"{_ANY}: average rate at most": ("average_1", words.percent),
    "rate in another such trial at most": ("another_1", words.percent),
}


def pooled_harm(harm, confidence):
    """Upper limits, one-sided, of the trials in MS that counted serious harm put down to the cells, under two beliefs.

    In: the frame of `harm_in_trials`. Out, a row a set of trials (fetal cells; all cells): name, which, trials,
    people_with, people, and per belief about the spread between trials the limits average_k and another_k.
    """
    alike = harm[(harm["harm"] == "related_serious") & harm["disease"].str.contains("MS")]
    made = []
    for name, rows in (("fetal", alike[alike["cells"].str.startswith("fetal")]), ("all", alike)):
        line = {"name": name, "which": words.listed(rows["trial"]), "trials": len(rows)}
        line |= {column: int(rows[column].sum()) for column in ("people_with", "people")}
        for number, spread in enumerate(pooling.SPREADS.values()):
            limits = pooling.pooled_limits(rows["people_with"], rows["people"], spread, confidence)
            line |= {f"average_{number}": limits.average, f"another_{number}": limits.another_trial}
        made.append(line)
    return pd.DataFrame(made)


def rates_by_window(events, people, confidence, dispersion):
    """Events per person and year in each window and in all: window, events, years (person-years), rate, two-sided
    limits; everyone is taken to have been followed to the end."""
    rows = []
    for window, part in [*events.groupby("window_days", sort=True), ("0-672", events)]:
        first, last = (int(day) for day in window.split("-"))
        count, years = int(part["events"].sum()), people * (last - max(first - 1, 0)) / 365.25
        alone = intervals.poisson_exact(count, years, confidence)
        bunched = intervals.poisson_overdispersed(count, years, dispersion, confidence)
        limits = (alone.lower, alone.upper, bunched.lower, bunched.upper)
        rows.append((PERIODS.get(window, "all 96 weeks"), count, years, alone.estimate, *limits))
    names = ["window", "events", "years", "rate", "lower", "upper", "lower_bunched", "upper_bunched"]
    return pd.DataFrame(rows, columns=names)


RATES = {
    "When": ("window", words.sentence),
    "Events": ("events", words.number),
    "Person-years": ("years", words.significant),
    "Events per person and year": ("rate", words.significant),
    "Limits if events fall one by one (exact, two-sided {level})": (("lower", "upper"), words.between_numbers),
    "if they vary {times} times as much (gamma, two-sided {level})": (
        ("lower_bunched", "upper_bunched"),
        words.between_numbers,
    ),
}


def _how_people_differ(weight):
    return "not at all: events fall one by one" if weight == inf else f"weight {words.plain(weight)}"


BUNCHING = {
    "How people differ (assumed)": ("weight", _how_people_differ),
    "Spread of events per person, times that of chance": ("variance_ratio", words.one_decimal),
    "p, one-sided": ("one_sided", words.probability),
    "p, two-sided": ("two_sided", words.probability),
}


def trend_by_bunching(counts, people_per_cohort, weights):
    """P-values of the falling trend for each weight (infinity: events fall one by one), one-sided and two-sided.

    `variance_ratio` is how many times the variance of events per person exceeds that of pure chance: 1 + mean / weight.
    """
    mean = sum(counts) / sum(people_per_cohort)
    p_values = {
        name: [clustering.rank_count_p(counts, people_per_cohort, weight, sides) for weight in weights]
        for name, sides in (("one_sided", "lower"), ("two_sided", "two"))
    }
    return pd.DataFrame({"weight": weights, "variance_ratio": [1 + mean / weight for weight in weights]} | p_values)


def late_harm_needs(rates, years, confidence):
    """What excludes a late harm of each yearly rate, one-sided: rate, person_years without a case, -ln(1 - confidence) /
    rate (Hanley and Lippman-Hand, 1983), and people to watch for so many years, named by years."""
    needed = -log(1 - intervals.number("confidence", confidence, above=0, below=1)) / np.array(rates)
    spans = {span: np.ceil(needed / span) for span in years}
    return pd.DataFrame({"rate": rates, "person_years": np.ceil(needed)} | spans)


def late_harm_columns(years):
    """How `late_harm_needs` reads."""
    heads = {f"People for {words.in_words(span)} years": (span, words.number) for span in years}
    return {
        "Late harm in a year": ("rate", words.one_in),
        "Person-years without a case": ("person_years", words.number),
    } | heads
