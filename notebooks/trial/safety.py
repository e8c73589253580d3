"""Tables of chapter 02: events by what, when, how judged and how serious; intervals; people needed."""

from math import inf, log

import numpy as np
import pandas as pd

from trial import load, words
from trial.methods import clustering, intervals, pooling

JUDGED = {
    "definitely": "definitely related",
    "probably": "probably related",
    "possibly": "possibly related",
    "unlikely": "unlikely to be related",
    "not": "not related",
}
RELATED = ("definitely", "probably", "possibly")
PERIODS = {"0-14": "days 0 to 14", "15-672": "day 15 to week 96"}
CAUSES = {
    "puncture": "the lumbar puncture itself",
    "anti_rejection_drugs": "the anti-rejection drugs",
    "ms": "MS",
    "everyday_life": "everyday life",
    "stopped_drugs": "having stopped earlier treatment",
}
NOT_READ = "not in what we read"


def _by_cohort(events):
    """Events per cohort and in all, as texts: an empty cohort is 0, never blank."""
    counts = events.groupby("cohort")["events"].sum().reindex(load.allowed("adverse_events", "cohort"), fill_value=0)
    return {f"Dose {cohort}": words.number(count) for cohort, count in counts.items()} | {
        "All": words.number(counts.sum())
    }


def events_overview(events):
    """The overview a trial reports first; the row for people is kept although no count of people was read."""
    related = events[events["causality"].isin(RELATED)]
    rows = {
        "Events": events,
        "in days 0 to 14": events[events["window_days"] == "0-14"],
        "from day 15 to week 96": events[events["window_days"] == "15-672"],
        "put down to the cells": related,
        "serious": events[events["serious"]],
        "serious and put down to the cells": related[related["serious"]],
    }
    made = [{"What was counted": name, **_by_cohort(part)} for name, part in rows.items()]
    people = {"What was counted": "People with any event", **dict.fromkeys(list(made[0])[1:-1], ""), "All": NOT_READ}
    return pd.DataFrame([*made, people])


def events_by_term(events):
    """All terms by frequency: plain words with the term, counts by dose, how judged, when."""
    made = []
    for (term, plain, window, causality), part in events.groupby(
        ["term", "plain_term", "window_days", "causality"], sort=False
    ):
        name = plain if plain.lower() == term.lower() else f"{plain} ({term})"
        made.append(
            {
                "Event": words.sentence(name),
                **_by_cohort(part),
                "When": PERIODS[window],
                "Judged": JUDGED[causality] + (", serious" if part["serious"].any() else ""),
            }
        )
    table = pd.DataFrame(made)
    return table.sort_values("All", key=lambda counts: -counts.astype(int), kind="stable").reset_index(drop=True)


def events_by_causality(events):
    """How the investigators judged the events, by period; no row is left out because it is empty."""
    counts = events.pivot_table(index="causality", columns="window_days", values="events", aggfunc="sum", fill_value=0)
    counts = counts.reindex(index=list(JUDGED), columns=list(PERIODS), fill_value=0)
    table = counts.rename(index=JUDGED, columns=PERIODS).assign(All=counts.sum(axis=1).to_numpy())
    table.loc["All"] = table.sum()
    return table.map(words.number).reset_index(names="Judged by the investigators").rename(columns=words.sentence)


def causes(events, attribution):
    """Events by what else than the cells could cause them: our judgement, each term under its first cause."""
    counted = events.groupby("term", sort=False)["events"].sum()
    made = []
    for cause, part in attribution.groupby("other_cause", sort=False):
        terms = part["term"].map(events.drop_duplicates("term").set_index("term")["plain_term"])
        made.append(
            {
                "What else could cause it": words.sentence(CAUSES[cause]),
                "Events": int(counted[part["term"]].sum()),
                "Which": words.listed(terms),
            }
        )
    table = pd.DataFrame(made).sort_values("Events", ascending=False, kind="stable").reset_index(drop=True)
    return table.assign(Events=table["Events"].map(words.number))


def serious_statements(statements):
    """What each source says on serious events, side by side."""

    def shown(count):
        return NOT_READ if pd.isna(count) else words.number(int(count))

    return pd.DataFrame(
        {
            "Who speaks": statements["speaker"].map(words.sentence),
            "What is said": statements["statement"].map(words.sentence),
            "Serious events": statements["serious_events"].map(shown),
            "Serious and related": statements["related_to_cells"].map(shown),
            "Source": statements["source"],
        }
    )


def interval_methods(outcomes, confidence):
    """Every named interval for the given outcomes (rows with in_words, people_with, people): lower to upper limit."""
    columns = {}
    for row in outcomes.itertuples():
        table = intervals.interval_table(row.people_with, row.people, confidence)
        columns[f"{row.people_with} of {row.people}: {row.in_words}"] = {
            (line.method, line.sides): words.between(
                max(line.lower, 0), line.upper, lambda share: words.percent(share, 1)
            )
            for line in table.itertuples()
        }
    methods = list(dict.fromkeys(method for column in columns.values() for method in column))
    made = pd.DataFrame({"Method": [method for method, _ in methods], "Sides": [sides for _, sides in methods]})
    for name, column in columns.items():
        made[name] = [column.get(method, "not defined") for method in methods]
    return made


def people_to_exclude(rates, confidence, group):
    """How many people without an event exclude a rate, one-sided, and how often a group of so many sees none."""
    needed = [intervals.people_to_exclude(rate, confidence) for rate in rates]
    return pd.DataFrame(
        {
            "Harm that strikes": [words.one_in(rate) for rate in rates],
            "People needed, none harmed": [words.number(people) for people in needed],
            f"Chance that {words.in_words(group)} see none": [
                words.in_hundred(intervals.probability_none(rate, group)) for rate in rates
            ],
        }
    )


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
    rates = sorted({*marked, *(step / 200 for step in range(101))})
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "people": size,
                    "rate": rates,
                    "probability": intervals.probability_none(np.array(rates), size),
                    "marked": [size == people and rate in marked for rate in rates],
                    "this_trial": size == people,
                }
            )
            for size in trials
        ],
        ignore_index=True,
    )


def none_seen_in_words(trials, rates):
    """The same at a few rates, as texts: one column a size of trial."""
    return pd.DataFrame(
        {"If harm strikes (assumed)": [words.one_in(rate) for rate in rates]}
        | {
            f"{size} people see none": [words.in_hundred(intervals.probability_none(rate, size)) for rate in rates]
            for size in trials
        }
    )


def _counted(sisters):
    return sisters[
        sisters["endpoint_class"].isin(["related_serious", "related_severe", "broader"])
        & sisters["people_followed"].notna()
        & sisters["events_people"].notna()
    ]


def sister_harm(sisters, confidence):
    """Other cell trials with a count of people harmed: trial, people_with, people, exact limits, what was counted."""
    rows = []
    for row in _counted(sisters).itertuples():
        limits = intervals.clopper_pearson(int(row.events_people), int(row.people_followed), confidence)
        rows.append(
            {
                "trial": row.trial,
                "people_with": int(row.events_people),
                "people": int(row.people_followed),
                "lower": limits.lower,
                "upper": limits.upper,
                "counted": words.sentence(row.endpoint),
                "source": row.source,
                "confidence": confidence,
            }
        )
    return pd.DataFrame(rows)


def sister_harm_in_words(sisters, confidence):
    """The same as texts, with disease and what each trial counted."""
    limits = sister_harm(sisters, confidence)
    return pd.DataFrame(
        {
            "Trial": limits["trial"],
            "Disease": _counted(sisters)["disease"].to_numpy(),
            "People": [words.count_of(row.people_with, row.people) for row in limits.itertuples()],
            "Upper limit": limits["upper"].map(words.percent),
            "What was counted": limits["counted"].map(words.sentence),
            "Source": limits["source"],
        }
    )


def event_results(by_dose):
    """Events per dose as named results: name, value, unit, method."""
    return pd.DataFrame(
        {
            "name": [f"safety.events_cohort_{dose}" for dose in by_dose.index],
            "value": by_dose.to_numpy(),
            "unit": "events",
            "method": "count",
        }
    )


def line_up_in_words(line_up):
    """The numbers of every panel of a line-up, without saying which is real."""
    wide = line_up.pivot(index="panel", columns="cohort", values="events")
    return (
        wide.map(words.number)
        .reset_index()
        .rename(columns={cohort: f"Dose {cohort}" for cohort in wide.columns} | {"panel": "Panel"})
        .astype({"Panel": str})
    )


def chosen_sizes(sizes, confidences, rates):
    """The grid behind the two sliders: a row a number of people, confidence and rate.

    Out: people, confidence (whole per cent), rate (whole per cent), probability (nobody harmed), largest_rate (one-sided
    limit compatible with none).
    """
    return pd.DataFrame(
        [
            {
                "people": size,
                "confidence": round(100 * confidence),
                "rate": rate,
                "probability": float(intervals.probability_none(rate / 100, size)),
                "largest_rate": intervals.largest_rate_compatible_with_none(size, confidence),
            }
            for size in sizes
            for confidence in confidences
            for rate in rates
        ]
    )


def chosen_sizes_in_words(sizes, confidences):
    """Largest rate compatible with none, as texts: a row a number of people, a column a confidence."""
    return pd.DataFrame(
        {"People, none harmed": [words.number(size) for size in sizes]}
        | {
            f"Largest rate still possible, {words.percent(confidence)}": [
                words.percent(intervals.largest_rate_compatible_with_none(size, confidence)) for size in sizes
            ]
            for confidence in confidences
        }
    )


POOLED = ["related_serious", "broader"]
WHY_LEFT_OUT = {
    "related_severe": "counted severe events, which is another question",
    "other": "no count of people with related harm in what we read",
}


def _poolable(sisters):
    return _counted(sisters)[lambda rows: rows["endpoint_class"].isin(POOLED)]


def pooled_harm(sisters, people_with, people, confidence):
    """Upper limits of this trial and the sister trials together, all in and each left out once, under two beliefs.

    Only trials whose endpoint is "related serious" or broader. Out, a row a set of trials: left_out ("" for none), trials,
    people_with, people, and per belief about the spread between trials the one-sided limits average_k and another_k.
    """
    rows = _poolable(sisters)
    names = ["This trial", *rows["trial"]]
    counts = [int(people_with), *rows["events_people"].astype(int)]
    sizes = [int(people), *rows["people_followed"].astype(int)]
    made = []
    for left_out in ["", *names]:
        kept = [place for place, name in enumerate(names) if name != left_out]
        line = {
            "left_out": left_out,
            "trials": len(kept),
            "people_with": sum(counts[place] for place in kept),
            "people": sum(sizes[place] for place in kept),
        }
        for number, spread in enumerate(pooling.SPREADS.values()):
            limits = pooling.pooled_limits(
                [counts[place] for place in kept], [sizes[place] for place in kept], spread, confidence
            )
            line |= {f"average_{number}": limits.average, f"another_{number}": limits.another_trial}
        made.append(line)
    return pd.DataFrame(made)


def pooled_harm_in_words(pooled):
    """The same as texts."""
    first, second = (words.sentence(name) for name in pooling.SPREADS)
    return pd.DataFrame(
        {
            "Left out": pooled["left_out"].replace("", "none"),
            "Harmed": [words.count_of(row.people_with, row.people) for row in pooled.itertuples()],
            f"{first}: average rate up to": pooled["average_0"].map(words.percent),
            "rate in another trial up to": pooled["another_0"].map(words.percent),
            f"{second}: average rate up to": pooled["average_1"].map(words.percent),
            "rate in another such trial up to": pooled["another_1"].map(words.percent),
        }
    )


def not_pooled(sisters):
    """The cell trials that were left out of the pooling, and why."""
    rows = sisters[~sisters["trial"].isin(_poolable(sisters)["trial"])]
    return pd.DataFrame(
        {
            "Left out": rows["trial"],
            "Why": rows["endpoint_class"].map(WHY_LEFT_OUT).fillna(WHY_LEFT_OUT["other"]),
            "Source": rows["source"],
        }
    )


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
        rows.append(
            {
                "window": PERIODS.get(window, "all 96 weeks"),
                "events": count,
                "years": years,
                "rate": alone.estimate,
                "lower": alone.lower,
                "upper": alone.upper,
                "lower_bunched": bunched.lower,
                "upper_bunched": bunched.upper,
            }
        )
    return pd.DataFrame(rows)


def rates_by_window_in_words(rates, dispersion):
    """The same as texts."""
    return pd.DataFrame(
        {
            "When": rates["window"].map(words.sentence),
            "Events": rates["events"].map(words.number),
            "Person-years": [words.significant(value) for value in rates["years"]],
            "Events per person and year": rates["rate"].map(words.significant),
            "Interval if events fall one by one": [
                words.between(row.lower, row.upper, words.significant) for row in rates.itertuples()
            ],
            f"if they vary {words.plain(dispersion)} times as much": [
                words.between(row.lower_bunched, row.upper_bunched, words.significant) for row in rates.itertuples()
            ],
        }
    )


def trend_by_bunching(counts, people_per_cohort, weights):
    """P-values of the falling trend for each weight (infinity: events fall one by one), one-sided and two-sided.

    `variance_ratio` is how many times the variance of events per person exceeds that of pure chance: 1 + mean / weight.
    """
    mean = sum(counts) / sum(people_per_cohort)
    return pd.DataFrame(
        [
            {
                "weight": weight,
                "variance_ratio": 1 + mean / weight,
                "one_sided": clustering.rank_count_p(counts, people_per_cohort, weight, "lower"),
                "two_sided": clustering.rank_count_p(counts, people_per_cohort, weight, "two"),
            }
            for weight in weights
        ]
    )


def trend_by_bunching_in_words(made):
    """The same as texts."""
    return pd.DataFrame(
        {
            "How people differ (assumed)": [
                "not at all: events fall one by one" if row.weight == inf else f"weight {words.plain(row.weight)}"
                for row in made.itertuples()
            ],
            "Spread of events per person, times that of chance": [
                words.number(row.variance_ratio, 1) for row in made.itertuples()
            ],
            "p, one-sided": made["one_sided"].map(words.probability),
            "p, two-sided": made["two_sided"].map(words.probability),
        }
    )


def late_harm_needs(rates, years, confidence):
    """People to watch without a case to exclude a late harm of each yearly rate, by years of watching, as texts.

    Exact for a constant rate: person-years = -ln(1 - confidence) / rate (Hanley and Lippman-Hand, 1983).
    """
    needed = {rate: -log(1 - intervals.number("confidence", confidence, above=0, below=1)) / rate for rate in rates}
    return pd.DataFrame(
        {"Late harm in a year": [words.one_in(rate) for rate in rates]}
        | {"Person-years without a case": [words.number(np.ceil(needed[rate])) for rate in rates]}
        | {
            f"People for {words.in_words(span)} years": [words.number(np.ceil(needed[rate] / span)) for rate in rates]
            for span in years
        }
    )
