"""Tables of chapter 06: what happens without these cells, other trials, how many people live with MS."""

import pandas as pd

from trial import words
from trial.methods import intervals

NOT_READ = "not in what we read"
TOGETHER = "Together, where serious events were counted"
MEASURES = {
    "people_living_with_ms": "people living with MS",
    "people_per_100000": "people in 100,000",
    "women_per_100000": "women in 100,000",
    "men_per_100000": "men in 100,000",
    "women_per_man": "women for each man",
    "age_at_diagnosis": "age at diagnosis, years",
    "years_to_secondary_progression": "years until secondary progression",
    "share_relapsing_at_onset": "begin with relapses, %",
    "share_primary_progressive": "progress from the start, %",
}
ROUTES = {
    "intrathecal": "spinal fluid",
    "intracerebroventricular": "fluid chambers of the brain",
    "intracerebral": "brain",
    "intraspinal": "spinal cord",
}


def _short(value):
    return words.plain(value, 2)


def _value(row):
    """Value with its limits, or the limits alone."""
    limits = "" if pd.isna(row.lower) else words.between(row.lower, row.upper, _short)
    if pd.isna(row.value):
        return limits
    return f"{_short(row.value)} ({limits})" if limits else _short(row.value)


def _people(count):
    return NOT_READ if pd.isna(count) else words.number(int(count))


def _affected(participants):
    """By trial, how affected people were at the start, as a share with a score or with help: words."""
    rows = participants[(participants["unit"] == "percent") & participants["measure"].str.endswith("at the start")]
    return {
        row.trial: f"{_short(row.value)}% {'with ' if row.measure.startswith('EDSS') else ''}{row.measure}"
        for row in rows.itertuples()
    }


def progression_shares(progression, participants):
    """For the picture: placebo groups with trial, population, outcome, share (of people who got worse), people, weeks,
    affected (how affected they were at the start, or empty), source; the largest share first."""
    rows = progression[(progression["unit"] == "percent") & (progression["arm"] == "placebo")]
    made = rows.assign(share=rows["value"] / 100, affected=rows["trial"].map(_affected(participants)).fillna(""))
    columns = ["trial", "population", "outcome", "share", "people", "weeks", "affected", "source"]
    return made.sort_values("share", ascending=False, kind="stable")[columns].reset_index(drop=True)


def natural_history(progression, participants):
    """Who got worse without an effective treatment, trial by trial, with how affected people were at the start."""
    shares = progression[(progression["unit"] == "percent") & (progression["arm"] == "placebo")]
    affected = _affected(participants)
    return pd.DataFrame(
        [
            {
                "Trial": row.trial,
                "Type": row.population.upper(),
                "What counted as worse": words.sentence(row.outcome),
                "Got worse": f"{_short(row.value)}%",
                "Of twelve, about": words.number(row.value / 100 * 12),
                "People": _people(row.people),
                "Weeks": _people(row.weeks),
                "How affected at the start": words.sentence(affected.get(row.trial, NOT_READ)),
                "Source": row.source,
            }
            for row in shares.itertuples()
        ]
    )


def people_living_with_ms(figures):
    """Counts of people with MS, one row a source."""
    rows = figures[figures["measure"] == "people_living_with_ms"]
    return rows[["place", "year", "value", "lower", "upper", "note", "source"]].reset_index(drop=True)


def share_worse_untreated(progression):
    """The lowest and highest share that got worse in an untreated group of the trials we read."""
    shares = progression[(progression["unit"] == "percent") & (progression["arm"] == "placebo")]["value"] / 100
    return shares.min(), shares.max()


def years_to_a_wheelchair(progression):
    """Times and ratios for confirmed EDSS 7.0."""
    rows = progression[progression["outcome"].str.contains("7.0|medians")]
    return pd.DataFrame(
        {
            "Who": rows["trial"] + ", " + rows["arm"],
            "What": rows["outcome"].map(words.sentence),
            "Value": [
                f"{_value(row)} {'' if row.unit == 'hazard ratio' else row.unit}".strip() for row in rows.itertuples()
            ],
            "Source": rows["source"],
        }
    )


def who_was_let_in(participants):
    """EDSS of the people in this and other trials."""
    rows = participants[participants["measure"].str.contains("EDSS for entry|mean EDSS|median EDSS|EDSS 6.0")]

    def told(row):
        if pd.notna(row.value):
            return f"{_short(row.value)}%" if row.unit == "percent" else _short(row.value)
        if pd.isna(row.upper):
            return f"{_short(row.lower)} or more"
        return f"up to {_short(row.upper)}" if pd.isna(row.lower) else words.between(row.lower, row.upper, _short)

    return pd.DataFrame(
        {
            "Trial": rows["trial"],
            "Type": [{"mixed": "SPMS and PPMS"}.get(p, p.upper()) for p in rows["population"]],
            "What": rows["measure"].map(words.sentence),
            "EDSS": [told(row) for row in rows.itertuples()],
            "Source": rows["source"],
        }
    )


def improved(controlled, findings, confidence):
    """People who got better, with cells and no control, with cells and a control, with salt water: counts, exact limits."""
    rows = []
    for trial in ("MSC-NP pilot", "MSC-NP phase I"):
        row = findings[(findings["trial"] == trial) & (findings["about"] == "disability")].iloc[0]
        name, counted = f"{trial}: cells, nobody to compare with", row.finding + _not_kept(findings, trial)
        rows.append((name, int(row.people_with), int(row.people), counted, row.source))
    trial = controlled[controlled["trial"] == "MSC-NP phase II"].iloc[0]
    for name, share, people in (
        ("cells", trial.treatment_value, trial.people_treatment),
        ("salt water", trial.comparator_value, trial.people_comparator),
    ):
        rows.append(
            (
                f"MSC-NP phase II: {name}",
                words.whole(share / 100 * people),
                int(people),
                trial.outcome.removeprefix("share with "),
                trial.source,
            )
        )
    return _with_limits(pd.DataFrame(rows, columns=["trial", "people_with", "people", "counted", "source"]), confidence)


def _not_kept(findings, trial):
    lost = findings[(findings["trial"] == trial) & findings["finding"].str.contains("not fully kept")]
    return "".join(f" (in {row.people_with} of these {row.people} not fully kept)" for row in lost.itertuples())


def _with_limits(table, confidence):
    limits = [intervals.clopper_pearson(row.people_with, row.people, confidence) for row in table.itertuples()]
    return table.assign(
        lower=[each.lower for each in limits], upper=[each.upper for each in limits], confidence=confidence
    )


def counts_in_words(table):
    """Counts with exact limits as texts: trial, people, limits, what was counted."""
    return pd.DataFrame(
        {
            "Who": table["trial"],
            "People": [words.count_of(row.people_with, row.people) for row in table.itertuples()],
            "Exact limits": [words.between(row.lower, row.upper) for row in table.itertuples()],
            "What was counted": table["counted"].map(words.sentence),
            "Source": table["source"],
        }
    )


def sister_trials(trials):
    """Other cell trials as we read them: disease, cells and where they were put, people, how long, harm as counted."""
    return pd.DataFrame(
        [
            {
                "Trial": f"{row.trial}: {row.disease}" if row.disease.split()[0] not in row.trial else row.trial,
                "Cells, and into what": f"{words.sentence(row.cells)}; {_place(row.route)}",
                "People": _sister_people(row),
                "Months": "" if pd.isna(row.follow_up_months) else words.plain(row.follow_up_months, 0),
                "What was counted, and in how many": words.sentence(row.endpoint) + _counted(row),
                "Source": row.source,
            }
            for row in trials.itertuples()
        ]
    )


def _place(route):
    return {"several": "several ways", NOT_READ: f"where is {NOT_READ}"}.get(route, f"into the {ROUTES.get(route)}")


def _counted(row):
    return "" if pd.isna(row.events_people) else f": {words.count_of(int(row.events_people), int(row.people_followed))}"


def _sister_people(row):
    if pd.notna(row.people_treated):
        return words.number(int(row.people_treated))
    return f"up to {words.number(int(row.people_planned))} planned"


def related_serious(trials, outcomes, confidence):
    """People with serious harm put down to fetal cells: this trial, the others, and those that counted serious together.

    A trial that counted severe events keeps its row and is not added. Columns as for the picture: trial, this_trial,
    pooled, people_with, people, lower, upper, counted, source.
    """
    here = outcomes[outcomes["outcome"] == "related_serious"].iloc[0]
    same = trials[
        trials["endpoint_class"].isin(["related_serious", "related_severe"]) & trials["people_followed"].notna()
    ]
    rows = [("This trial (STEMS)", int(here.people_with), int(here.people), here.in_words, here.source)]
    rows += [
        (f"{row.trial} ({row.disease})", int(row.events_people), int(row.people_followed), row.endpoint, row.source)
        for row in same.itertuples()
    ]
    table = pd.DataFrame(rows, columns=["trial", "people_with", "people", "counted", "source"])
    added = table[[True, *(same["endpoint_class"] == "related_serious")]]
    together = {
        "trial": TOGETHER,
        "people_with": int(added["people_with"].sum()),
        "people": int(added["people"].sum()),
        "counted": "a serious event judged related to the cells or the treatment",
        "source": "; ".join(added["source"]),
    }
    table = pd.concat([table, pd.DataFrame([together])], ignore_index=True)
    return _with_limits(table.assign(this_trial=table.index == 0, pooled=table["trial"] == TOGETHER), confidence)


MET = {"yes": "yes", "no": "no", "na": ""}
UNITS = {"percent": "%", "percent per year": "% a year"}


def controlled_trials(controlled):
    """Trials with a control group in progressive MS or with cells in MS: outcome by arm, effect, whether it was met."""
    return pd.DataFrame(
        [
            {
                "Trial": f"{row.trial.split(', EDSS')[0]} ({row.year})",
                "Treatment v control, in whom": f"{words.sentence(row.treatment)} v {row.comparator}; {row.population}",
                "Outcome": words.sentence(row.outcome),
                "Result": "; ".join(part for part in (_arms(row), _effect(row)) if part),
                "Met": MET[row.met],
                "Source": row.source,
            }
            for row in controlled.itertuples()
        ]
    )


def _arms(row):
    if pd.isna(row.treatment_value):
        return ""
    return f"{_number(row.treatment_value)} v {_number(row.comparator_value)}{UNITS.get(row.value_unit, f' {row.value_unit}')}"


def _number(value):
    return words.plain(value, 3)


def _effect(row):
    if pd.isna(row.effect):
        return "" if pd.isna(row.p_value) or not row.p_value else f"p = {row.p_value}"
    measure, unit = row.effect_measure, ""
    if ", percent" in measure:
        measure, unit = measure.split(", percent")
        unit = {" per year": "% a year", "age points": " percentage points"}[unit]
    told = (
        f"{measure} {_number(row.effect)}"
        if not measure.startswith("percent ")
        else (f"{_number(row.effect)}% {measure.removeprefix('percent ')}")
    )
    return f"{told}{unit}" + ("" if pd.isna(row.lower) else f" ({words.between(row.lower, row.upper, _number)})")


def prevalence(figures):
    """How many people live with MS, and who, by source; place and year where the source gives them."""
    return pd.DataFrame(
        [
            {
                "What": words.sentence(MEASURES[row.measure]),
                "Where and when": _where(row.place, row.year),
                "Figure": _value(row),
                "Note": words.sentence(row.note or ""),
                "Source": row.source,
            }
            for row in figures.itertuples()
        ]
    )


def _where(place, year):
    return ", ".join(part for part in (place or "", "" if pd.isna(year) else str(int(year))) if part)


def disagreements(conflicts, chapter):
    """Where two sources disagree in what belongs to a chapter, both sides as they say it."""
    rows = conflicts[conflicts["chapter"] == chapter]
    return pd.DataFrame(
        {
            "About": rows["about"].map(words.sentence),
            "One source says": rows["says_a"],
            "Another says": rows["says_b"],
            "Sources": rows["source_a"] + "; " + rows["source_b"],
        }
    )


def timeline_in_words(timeline):
    """Dated events."""
    return pd.DataFrame({"When": timeline["date"], "What": timeline["event"], "Source": timeline["source"]})


def sources_of(table):
    """The source keys of a table, each once."""
    return sorted(set(table["source"]))


def central_counts(probabilities, confidence):
    """Lowest and highest count left when at most (1 - confidence) / 2 is cut off at either end.

    Two coins, half the weight in the middle: one head.

    >>> central_counts([0.25, 0.5, 0.25], 0.5), central_counts([0.25, 0.5, 0.25], 0.95)
    ((1, 1), (0, 2))
    """
    tail = (1 - confidence) / 2 + 1e-12
    below, above = pd.Series(list(probabilities)).cumsum(), pd.Series(list(probabilities)[::-1]).cumsum()
    return int((below <= tail).sum()), int(len(above) - 1 - (above <= tail).sum())


def years_of_stems(timeline):
    """Years from the recorded start of STEMS to its paper.

    >>> from trial import load
    >>> round(years_of_stems(load.table("timeline")), 1)
    5.6
    """
    here = timeline[timeline["about"] == "stems"]
    start = pd.Period(here["date"].iloc[0], "M").end_time.normalize()
    paper = pd.Timestamp(here[here["event"].str.contains("paper")]["date"].iloc[0])
    return (paper - start).days / 365.25
