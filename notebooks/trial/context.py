"""Chapter 06: what happens without these cells, other trials, how many people live with MS."""

import pandas as pd

from trial import words
from trial.methods import intervals

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
PLACES = {
    "intrathecal": "into the spinal fluid",
    "intracerebroventricular": "into the fluid chambers of the brain",
    "intracerebral": "into the brain",
    "intraspinal": "into the spinal cord",
    "several": "several ways",
    words.NOT_READ: f"where is {words.NOT_READ}",
}
UNITS = {"percent": "%", "percent per year": "% a year", "years": " years", "percentage points": " percentage points"}


def _span(lower, upper):
    if pd.isna(upper):
        return "" if pd.isna(lower) else f"{words.plain(lower)} or more"
    return f"up to {words.plain(upper)}" if pd.isna(lower) else words.between(lower, upper, words.plain)


def _figure(value, lower, upper, unit=""):
    """Value with its limits, or the limits alone; of the units only those in `UNITS` are said."""
    span = _span(lower, upper)
    told = span if pd.isna(value) else words.plain(value) + (f" ({span})" if span else "")
    return told + UNITS.get(unit, "")


def _type(population):
    return {"mixed": "SPMS and PPMS"}.get(population, population.upper())


# --- without an effective treatment -----------------------------------------------------------------------------------


def placebo_groups(progression, participants):
    """Placebo groups with a share of people who got worse: the columns of `progression`, share, and affected (how
    affected people were at the start, as a share with a score or with help; words, or empty)."""
    rows = participants[(participants["unit"] == "percent") & participants["measure"].str.endswith("at the start")]
    affected = {
        row.trial: f"{words.plain(row.value)}% {'with ' if row.measure.startswith('EDSS') else ''}{row.measure}"
        for row in rows.itertuples()
    }
    groups = progression[(progression["unit"] == "percent") & (progression["arm"] == "placebo")]
    return groups.assign(share=groups["value"] / 100, affected=groups["trial"].map(affected).fillna(""))


PLACEBO_GROUPS = {
    "Trial": "trial",
    "Type": ("population", _type),
    "What counted as worse": ("outcome", words.sentence),
    "Got worse": (("value", "lower", "upper", "unit"), _figure),
    "Of twelve, about": ("share", lambda share: words.number(12 * share)),
    "People": ("people", words.number, words.NOT_READ),
    "Weeks": ("weeks", words.number, words.NOT_READ),
    "How affected at the start": ("affected", words.sentence, words.sentence(words.NOT_READ)),
    "Source": "source",
}


def years_to_a_wheelchair(progression):
    """Times and ratios for confirmed EDSS 7.0."""
    return progression[progression["outcome"].str.contains("7.0|medians")]


YEARS_TO_A_WHEELCHAIR = {
    "Who": (("trial", "arm"), "{}, {}".format),
    "What": ("outcome", words.sentence),
    "Value": (("value", "lower", "upper", "unit"), _figure),
    "Source": "source",
}


def who_was_let_in(participants):
    """EDSS of the people in this and other trials."""
    return participants[participants["measure"].str.contains("EDSS for entry|mean EDSS|median EDSS|EDSS 6.0")]


WHO_WAS_LET_IN = {
    "Trial": "trial",
    "Type": ("population", _type),
    "What": ("measure", words.sentence),
    "EDSS": (("unit", "value", "lower", "upper"), lambda unit, *figure: _figure(*figure, unit)),
    "Source": "source",
}


# --- counts of people, with exact limits ------------------------------------------------------------------------------


def improved(controlled, findings, confidence):
    """People who got better, with cells and no control, with cells and a control, with salt water: counts, exact limits."""
    rows = []
    for trial in ("MSC-NP pilot", "MSC-NP phase I"):
        row = findings[(findings["trial"] == trial) & (findings["about"] == "disability")].iloc[0]
        counted = row.finding + _not_kept(findings, trial)
        rows.append((f"{trial}: cells, nobody to compare with", row.people_with, row.people, counted, row.source))
    trial = controlled[controlled["trial"] == "MSC-NP phase II"].iloc[0]
    for name, percent, people in (
        ("cells", trial.treatment_value, trial.people_treatment),
        ("salt water", trial.comparator_value, trial.people_comparator),
    ):
        counted, people_with = trial.outcome.removeprefix("share with "), words.whole(percent / 100 * people)
        rows.append((f"MSC-NP phase II: {name}", people_with, people, counted, trial.source))
    return _with_limits(rows, confidence)


def _not_kept(findings, trial):
    lost = findings[(findings["trial"] == trial) & findings["finding"].str.contains("not fully kept")]
    return "".join(f" (in {row.people_with} of these {row.people} not fully kept)" for row in lost.itertuples())


def _with_limits(rows, confidence):
    table = pd.DataFrame(rows, columns=["trial", "people_with", "people", "counted", "source"])
    table = table.astype({"people_with": int, "people": int})
    limits = [intervals.clopper_pearson(row.people_with, row.people, confidence) for row in table.itertuples()]
    return table.assign(
        lower=[each.lower for each in limits], upper=[each.upper for each in limits], confidence=confidence
    )


def related_serious(trials, outcomes, confidence):
    """People with serious harm put down to fetal cells: this trial, the others, and those that counted serious together.

    A trial that counted severe events keeps its row and is not added. Columns as for the picture: trial, this_trial,
    pooled, people_with, people, lower, upper, counted, source.
    """
    here = outcomes[outcomes["outcome"] == "related_serious"].iloc[0]
    same = trials[
        trials["endpoint_class"].isin(["related_serious", "related_severe"]) & trials["people_followed"].notna()
    ]
    rows = [("This trial (STEMS)", here.people_with, here.people, here.in_words, here.source)] + [
        (f"{row.trial} ({row.disease})", row.events_people, row.people_followed, row.endpoint, row.source)
        for row in same.itertuples()
    ]
    serious = [True, *(same["endpoint_class"] == "related_serious")]
    added = [row for row, counts in zip(rows, serious, strict=True) if counts]
    (people_with, people), sources = (sum(row[place] for row in added) for place in (1, 2)), [row[4] for row in added]
    counted = "a serious event judged related to the cells or the treatment"
    table = _with_limits([*rows, (TOGETHER, people_with, people, counted, "; ".join(sources))], confidence)
    return table.assign(this_trial=table.index == 0, pooled=table["trial"] == TOGETHER)


COUNTS = {
    "Who": "trial",
    "People": (("people_with", "people"), words.count_of),
    "Exact limits": (("lower", "upper"), words.between),
    "What was counted": ("counted", words.sentence),
    "Source": "source",
}


# --- other trials -----------------------------------------------------------------------------------------------------


def _sister_people(_, treated, planned):
    return f"up to {words.number(planned)} planned" if pd.isna(treated) else words.number(treated)


def _counted(endpoint, harmed, people):
    return words.sentence(endpoint) + ("" if pd.isna(harmed) else f": {words.count_of(harmed, people)}")


SISTER_TRIALS = {
    "Trial": (("trial", "disease"), lambda name, ill: name if ill.split()[0] in name else f"{name}: {ill}"),
    "Cells, and into what": (("cells", "route"), lambda cells, route: f"{words.sentence(cells)}; {PLACES[route]}"),
    "People": (("trial", "people_treated", "people_planned"), _sister_people),
    "Months": ("follow_up_months", words.number),
    "What was counted, and in how many": (("endpoint", "events_people", "people_followed"), _counted),
    "Source": "source",
}


def _result(_, treatment, comparator, unit, *effect):
    """The outcome by arm and the effect, as far as each was printed."""
    arms = "" if pd.isna(treatment) else f"{words.plain(treatment)} v {words.plain(comparator)}{_unit(unit)}"
    return "; ".join(part for part in (arms, _effect(*effect)) if part)


def _unit(unit):
    return UNITS.get(unit, f" {unit}") if unit else ""


def _effect(effect, measure, lower, upper, p_value):
    if pd.isna(effect):
        return f"p = {p_value}" if p_value else ""
    name, _, unit = measure.partition(", ")
    told = f"{name} {words.plain(effect)}{_unit(unit)}"
    if name.startswith("percent "):
        told = f"{words.plain(effect)}% {name.removeprefix('percent ')}"
    return told + ("" if pd.isna(lower) else f" ({words.between(lower, upper, words.plain)})")


_PRINTED = (
    "treatment_value",
    "comparator_value",
    "value_unit",
    "effect",
    "effect_measure",
    "lower",
    "upper",
    "p_value",
)
CONTROLLED_TRIALS = {
    "Trial": (("trial", "year"), lambda trial, year: f"{trial.split(', EDSS')[0]} ({year})"),
    "Treatment v control, in whom": (
        ("treatment", "comparator", "population"),
        lambda treatment, *others: "{} v {}; {}".format(words.sentence(treatment), *others),
    ),
    "Outcome": ("outcome", words.sentence),
    "Result": (("outcome", *_PRINTED), _result),
    "Met": ("met", {"yes": "yes", "no": "no", "na": ""}.get),
    "Source": "source",
}


# --- how many people, sources that disagree, dates --------------------------------------------------------------------


def _where(_, place, year):
    return ", ".join(part for part in (place, "" if pd.isna(year) else str(year)) if part)


LIVING_WITH_MS = {
    "Where and when": (("measure", "place", "year"), _where),
    "Figure": (("measure", "value", "lower", "upper"), lambda _, *figure: _figure(*figure)),
    "Note": ("note", words.sentence),
    "Source": "source",
}
PREVALENCE = {"What": ("measure", lambda measure: words.sentence(MEASURES[measure]))} | LIVING_WITH_MS
DISAGREEMENTS = {
    "About": ("about", words.sentence),
    "One source says": "says_a",
    "Another says": "says_b",
    "Sources": (("source_a", "source_b"), "{}; {}".format),
}
TIMELINE = {"When": "date", "What": "event", "Source": "source"}


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
