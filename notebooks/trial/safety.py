"""Frames, columns and findings of chapter 02: events by what, when and how judged; limits; people needed."""

from functools import partial
from itertools import product
from math import inf, log

import numpy as np
import pandas as pd

from trial import words
from trial.load import RELATED
from trial.methods import clustering, intervals, pooling

JUDGED = {
    "definitely": "definitely related",
    "probably": "probably related",
    "possibly": "possibly related",
    "unlikely": "unlikely to be related",
    "not": "not related",
}
PERIODS = {"0-14": "days 0 to 14", "15-672": "day 15 to week 96"}
CAUSES = {
    "puncture": "The lumbar puncture itself",
    "anti_rejection_drugs": "The anti-rejection drugs",
    "ms": "MS",
    "everyday_life": "Everyday life",
    "stopped_drugs": "Having stopped earlier treatment",
}
COHORTS = list("ABCD")
DOSES = {f"Dose {cohort}": (cohort, words.number) for cohort in COHORTS}
LIMITS = partial(words.between, form=words.significant)


def related(events):
    """The events that the investigators put down to the cells, definitely, probably or possibly."""
    return events[events["causality"].isin(RELATED)]


def _by_cohort(events):
    """Events per cohort and in all: an empty cohort has none, and is not missing."""
    counts = events.groupby("cohort")["events"].sum().reindex(COHORTS, fill_value=0)
    return {**counts, "all": counts.sum()}


OVERVIEW = {"What was counted": "counted"} | DOSES | {"All": ("all", words.number, words.NOT_READ)}


def events_overview(events):
    """The overview a trial reports first: counted, A to D, all; no count of people was read, yet their row is there."""
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


BY_TERM = {"Event": (("term", "plain_term"), _named)} | DOSES | {"All": ("all", words.number)}
BY_TERM |= {"When": ("window_days", PERIODS.get), "Judged": (("causality", "serious"), _judged)}


def events_by_term(events):
    """All terms by frequency: term, plain_term, window_days, causality, serious, A to D, all."""
    keys = ["term", "plain_term", "window_days", "causality", "serious"]
    made = [
        dict(zip(keys, values, strict=True)) | _by_cohort(part) for values, part in events.groupby(keys, sort=False)
    ]
    return pd.DataFrame(made).sort_values("all", ascending=False, kind="stable")


BY_CAUSALITY = {"Judged by the investigators": ("causality", {**JUDGED, "all": "All"}.get)}
BY_CAUSALITY |= {words.sentence(name): (window, words.number) for window, name in PERIODS.items()}
BY_CAUSALITY |= {"All": ("all", words.number)}


def events_by_causality(events):
    """How the investigators judged the events, by period and in all; no row is left out because it is empty."""
    counts = events.pivot_table(index="causality", columns="window_days", values="events", aggfunc="sum", fill_value=0)
    counts = counts.reindex(index=list(JUDGED), columns=list(PERIODS), fill_value=0)
    counts["all"] = counts.sum(axis=1)
    counts.loc["all"] = counts.sum()
    return counts.reset_index()


OTHER_CAUSES = {
    "What else could cause it": ("other_cause", CAUSES.get),
    "Events": ("events", words.number),
    "Which": "which",
}


def causes(events, attribution):
    """Events by what else than the cells could cause them: our judgement, each term under its first cause."""
    terms = events.groupby("term").agg(events=("events", "sum"), plain_term=("plain_term", "first"))
    by_cause = attribution.join(terms, on="term").groupby("other_cause", sort=False)
    made = by_cause.agg(events=("events", "sum"), which=("plain_term", words.listed))
    return made.sort_values("events", ascending=False, kind="stable").reset_index()


STATEMENTS = {
    "Who speaks": ("speaker", words.sentence),
    "What is said": ("statement", words.sentence),
    "Serious events": ("serious_events", words.number, words.NOT_READ),
    "Serious and related": ("related_to_cells", words.number, words.NOT_READ),
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
    heads = {
        f"{row.people_with} of {row.people}: {row.in_words}": (
            (f"{row.Index}_lower", f"{row.Index}_upper"),
            _cut,
            "not defined",
        )
        for row in outcomes.itertuples()
    }
    return {"Method": "method", "Sides": "sides"} | heads


TO_EXCLUDE = {
    "Harm that strikes": ("rate", words.one_in),
    "People needed, none harmed": ("people", words.number),
    "Chance that twelve see none": ("twelve_see_none", words.in_hundred),
}


def people_to_exclude(rates, confidence):
    """People without an event who exclude each rate, one-sided, and the chance that twelve see none: rate, people, share."""
    needed = [intervals.people_to_exclude(rate, confidence) for rate in rates]
    unseen = [intervals.probability_none(rate, 12) for rate in rates]
    return pd.DataFrame({"rate": rates, "people": needed, "twelve_see_none": unseen})


def rules_out(confidence, people):
    """A curve: people without an event against the largest rate still possible; the readers' points carry a label."""
    marked = {
        3: "one dose",
        people: "this trial",
        intervals.people_to_exclude(0.05, confidence): words.one_in(0.05),
        intervals.people_to_exclude(0.01, confidence): words.one_in(0.01),
    }
    grid = sorted({*marked, *(round(10 ** (step / 10)) for step in range(3, 31))})
    return pd.DataFrame(
        {
            "people": grid,
            "largest_rate": [intervals.largest_rate_compatible_with_none(n, confidence) for n in grid],
            "label": [marked.get(n, "") for n in grid],
            "this_trial": [n == people for n in grid],
            "confidence": confidence,
        }
    )


def none_seen(trials, people, marked):
    """Curves: the chance that nobody is harmed in trials of these sizes, with readings at the marked rates."""
    rates = np.array(sorted({*marked, *(step / 200 for step in range(101))}))
    parts = [{"people": size, "rate": rates, "probability": intervals.probability_none(rates, size)} for size in trials]
    made = pd.concat(map(pd.DataFrame, parts), ignore_index=True)
    own = made["people"] == people
    return made.assign(marked=own & made["rate"].isin(marked), this_trial=own)


def chance_none(trials, rates):
    """The same at a few rates: rate, and a column of chances for each size of trial, named by it."""
    return pd.DataFrame({"rate": rates} | {size: intervals.probability_none(rates, size) for size in trials})


def chance_none_columns(trials):
    """How `chance_none` reads."""
    heads = {f"{size} people see none": (size, words.in_hundred) for size in trials}
    return {"If harm strikes (assumed)": ("rate", words.one_in)} | heads


def chosen_sizes(sizes, confidences, rates):
    """The grid behind the two sliders: a row a number of people, confidence and rate.

    Out: people, confidence (whole per cent), rate (whole per cent), probability (nobody harmed), largest_rate (one-sided
    limit compatible with none).
    """
    made = pd.DataFrame(product(sizes, confidences, rates), columns=["people", "confidence", "rate"])
    unseen = [float(intervals.probability_none(row.rate / 100, row.people)) for row in made.itertuples()]
    limits = [intervals.largest_rate_compatible_with_none(row.people, row.confidence) for row in made.itertuples()]
    percent = (100 * made["confidence"]).round().astype(int)
    return made.assign(confidence=percent, probability=unseen, largest_rate=limits)


def largest_rates(sizes, confidences):
    """Largest rate compatible with none: people, and a column of limits for each confidence, named by it."""
    limit = intervals.largest_rate_compatible_with_none
    return pd.DataFrame({"people": sizes} | {level: [limit(size, level) for size in sizes] for level in confidences})


def largest_rates_columns(confidences):
    """How `largest_rates` reads."""
    heads = {f"Largest rate still possible, {words.percent(level)}": (level, words.percent) for level in confidences}
    return {"People, none harmed": ("people", words.number)} | heads


def _counted(sisters):
    harm = sisters["endpoint_class"].isin(["related_serious", "related_severe", "broader"])
    return sisters[harm & sisters["people_followed"].notna() & sisters["events_people"].notna()]


SISTERS = {
    "Trial": "trial",
    "Disease": "disease",
    "People": (("people_with", "people"), words.count_of),
    "Upper limit": ("upper", words.percent),
    "What was counted": "counted",
    "Source": "source",
}


def sister_harm(sisters, confidence):
    """Other cell trials with a count of people harmed: trial, disease, people_with, people, exact limits, what was counted."""
    made = _counted(sisters).rename(columns={"events_people": "people_with", "people_followed": "people"})
    made = made.astype({"people_with": int, "people": int}).reset_index(drop=True)
    limits = [intervals.clopper_pearson(row.people_with, row.people, confidence) for row in made.itertuples()]
    return made[["trial", "disease", "people_with", "people", "source"]].assign(
        lower=[limit.lower for limit in limits],
        upper=[limit.upper for limit in limits],
        counted=made["endpoint"].map(words.sentence),
        confidence=confidence,
    )


def event_results(by_dose):
    """Events per dose as named results: name, value, unit, method."""
    names = [f"safety.events_cohort_{dose}" for dose in by_dose.index]
    return pd.DataFrame({"name": names, "value": by_dose.to_numpy(), "unit": "events", "method": "count"})


def _poolable(sisters):
    return _counted(sisters)[lambda rows: rows["endpoint_class"].isin(["related_serious", "broader"])]


_ALIKE, _ANY = (words.sentence(name) for name in pooling.SPREADS)
POOLED = {
    "Left out": ("left_out", str, "none"),
    "Harmed": (("people_with", "people"), words.count_of),
    f"{_ALIKE}: average rate up to": ("average_0", words.percent),
    "rate in another trial up to": ("another_0", words.percent),
    f"{_ANY}: average rate up to": ("average_1", words.percent),
    "rate in another such trial up to": ("another_1", words.percent),
}


def pooled_harm(sisters, people_with, people, confidence):
    """Upper limits of this trial and the sister trials together, all in and each left out once, under two beliefs.

    Only trials whose endpoint is "related serious" or broader. Out, a row a set of trials: left_out ("" for none), trials,
    people_with, people, and per belief about the spread between trials the one-sided limits average_k and another_k.
    """
    rows = _poolable(sisters)
    trials = ["This trial", *rows["trial"]]
    counts = pd.Series([people_with, *rows["events_people"]], trials, dtype=int)
    sizes = pd.Series([people, *rows["people_followed"]], trials, dtype=int)
    made = []
    for left_out in ["", *trials]:
        kept = [trial for trial in trials if trial != left_out]
        line = {
            "left_out": left_out,
            "trials": len(kept),
            "people_with": counts[kept].sum(),
            "people": sizes[kept].sum(),
        }
        for number, spread in enumerate(pooling.SPREADS.values()):
            limits = pooling.pooled_limits(counts[kept], sizes[kept], spread, confidence)
            line |= {f"average_{number}": limits.average, f"another_{number}": limits.another_trial}
        made.append(line)
    return pd.DataFrame(made)


def _why_left_out(endpoint_class):
    if endpoint_class == "related_severe":
        return "counted severe events, which is another question"
    return "no count of people with related harm in what we read"


NOT_POOLED = {"Left out": "trial", "Why": ("endpoint_class", _why_left_out), "Source": "source"}


def not_pooled(sisters):
    """The cell trials that were left out of the pooling."""
    return sisters[~sisters["trial"].isin(_poolable(sisters)["trial"])]


def rates_by_window(events, people, confidence, dispersion):
    """Events per person and year in each window and in all: window, events, years (person-years), rate, exact Poisson and
    over-dispersed limits; everyone is taken to have been followed to the end."""
    rows = []
    for window, part in [*events.groupby("window_days", sort=True), ("all", events)]:
        first, last = (0, 672) if window == "all" else (int(day) for day in window.split("-"))
        years = people * (last - (first - 1 if first else 0)) / 365.25
        count = int(part["events"].sum())
        alone = intervals.poisson_exact(count, years, confidence)
        bunched = intervals.poisson_overdispersed(count, years, dispersion, confidence)
        limits = (alone.lower, alone.upper, bunched.lower, bunched.upper)
        rows.append((PERIODS.get(window, "all 96 weeks"), count, years, alone.estimate, *limits))
    names = ["window", "events", "years", "rate", "lower", "upper", "lower_bunched", "upper_bunched"]
    return pd.DataFrame(rows, columns=names)


def rates_columns(dispersion):
    """How `rates_by_window` reads."""
    return {
        "When": ("window", words.sentence),
        "Events": ("events", words.number),
        "Person-years": ("years", words.significant),
        "Events per person and year": ("rate", words.significant),
        "Interval if events fall one by one": (("lower", "upper"), LIMITS),
        f"if they vary {words.plain(dispersion)} times as much": (("lower_bunched", "upper_bunched"), LIMITS),
    }


def _how_people_differ(weight):
    return "not at all: events fall one by one" if weight == inf else f"weight {words.plain(weight)}"


BUNCHING = {
    "How people differ (assumed)": ("weight", _how_people_differ),
    "Spread of events per person, times that of chance": ("variance_ratio", partial(words.number, digits=1)),
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
    """What excludes a late harm of each yearly rate, one-sided: rate, person_years without a case, and people to watch for
    so many years, named by years.

    Exact for a constant rate: person-years = -ln(1 - confidence) / rate (Hanley and Lippman-Hand, 1983).
    """
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
