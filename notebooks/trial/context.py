"""Chapter 06: what happens without these cells, and what other trials found."""

import pandas as pd
from scipy.special import comb
from scipy.stats import t

from trial import safety, words

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
    text = span if pd.isna(value) else words.plain(value) + (f" ({span})" if span else "")
    return text + UNITS.get(unit, "")


def _type(population):
    return {"mixed": "SPMS and PPMS"}.get(population, population.upper())


# --- without an effective treatment -----------------------------------------------------------------------------------


def placebo_groups(progression, participants, confidence):
    """Placebo groups with a share of people who got worse, those of PPMS first, which most of this trial's people had.

    Out: the columns of `progression`, share, affected (how affected the whole trial was at the start, as a share with a score
    or with help; words, or empty), overlap (with which row it shares people; words, or empty), within (some of the people of
    another row), lower and upper (exact two-sided limits where the number of people was read), confidence.
    """
    rows = participants[(participants["unit"] == "percent") & participants["measure"].str.endswith("at the start")]
    affected = {
        row.trial: f"{words.plain(row.value)}% of the whole trial {'with ' if row.measure.startswith('EDSS') else ''}{row.measure}"
        for row in rows.itertuples()
    }
    groups = progression[(progression["unit"] == "percent") & (progression["arm"] == "placebo")]
    groups = groups.assign(share=groups["value"] / 100, affected=groups["trial"].map(affected).fillna(""))
    worse = (groups["share"] * groups["people"]).map(words.whole, na_action="ignore")
    whole = groups["trial"].str.split(", ").str[0]
    within, again = whole.ne(groups["trial"]) & whole.isin(groups["trial"]), groups.duplicated("trial", keep=False)
    overlap = ("some of those in " + whole).where(within, "").mask(again, "the same people in two rows")
    groups = safety.with_limits(groups.assign(people_with=worse, within=within, overlap=overlap), confidence)
    groups = groups.sort_values("share", ascending=False, kind="stable")
    return groups.sort_values("population", key=lambda kind: kind != "ppms", kind="stable", ignore_index=True)


PLACEBO_GROUPS = {
    "Trial": "trial",
    "Type": ("population", _type),
    "What counted as worse": ("outcome", words.sentence),
    "Got worse": ("value", lambda value: f"{words.plain(value)}%"),
    "Limits (exact, two-sided {level})": (("lower", "upper"), words.between),
    "Of twelve, about": ("share", lambda share: words.number(12 * share)),
    "People": ("people", words.number, words.NOT_READ),
    "Weeks": ("weeks", words.number, words.NOT_READ),
    "Shares people": ("overlap", words.sentence),
    "How affected at the start": ("affected", words.sentence, words.sentence(words.NOT_READ)),
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
        rows.append((f"{trial}: cells, no comparison", row.people_with, row.people, counted, row.source))
    trial = controlled[controlled["trial"] == "MSC-NP phase II"].iloc[0]
    for name, percent, people in (
        ("cells", trial.treatment_value, trial.people_treatment),
        ("salt water", trial.comparator_value, trial.people_comparator),
    ):
        counted, people_with = trial.outcome.removeprefix("share with "), words.whole(percent / 100 * people)
        rows.append((f"MSC-NP phase II: {name}", people_with, people, counted, trial.source))
    table = pd.DataFrame(rows, columns=["trial", "people_with", "people", "counted", "source"])
    return safety.with_limits(table.astype({"people_with": int, "people": int}), confidence)


def _not_kept(findings, trial):
    lost = findings[(findings["trial"] == trial) & findings["finding"].str.contains("not fully kept")]
    return "".join(f" (in {row.people_with} of these {row.people} not fully kept)" for row in lost.itertuples())


COUNTS = {
    "Who": "trial",
    "People": (("people_with", "people"), words.count_of),
    "Limits (exact, two-sided {level})": (("lower", "upper"), words.between),
    "What was counted": ("counted", words.sentence),
    "Source": "source",
}


# --- other trials -----------------------------------------------------------------------------------------------------


def sister_trials(sisters, confidence):
    """The table of other cell trials with exact two-sided limits, lower and upper, where people were counted."""
    return safety.with_limits(sisters.rename(columns=safety.COUNTED), confidence)


def _sister_people(_, treated, planned):
    return f"up to {words.number(planned)} planned" if pd.isna(treated) else words.number(treated)


def _counted(endpoint, harmed, people):
    return words.sentence(endpoint) + ("" if pd.isna(harmed) else f": {words.count_of(harmed, people)}")


SISTER_TRIALS = {
    "Trial": (("trial", "disease"), lambda name, ill: name if ill.split()[0] in name else f"{name}: {ill}"),
    "Cells, and into what": (("cells", "route"), lambda cells, route: f"{words.sentence(cells)}; {PLACES[route]}"),
    "People": (("trial", "people_treated", "people_planned"), _sister_people),
    "Months": ("follow_up_months", words.number),
    "What was counted, and in how many": (("counted", "people_with", "people"), _counted),
    "Limits (exact, two-sided {level})": (("lower", "upper"), words.between),
    "Source": "source",
}


def _result(outcome, treatment, comparator, unit, *effect):
    """The outcome by arm and the effect, as far as each was printed."""
    arms = "" if pd.isna(treatment) else f"{words.plain(treatment)} v {words.plain(comparator)}{_unit(unit)}"
    return f"{words.sentence(outcome)}: {'; '.join(part for part in (arms, _effect(*effect)) if part)}"


def _unit(unit):
    return UNITS.get(unit, f" {unit}") if unit else ""


def _effect(effect, measure, lower, upper, p_value):
    if pd.isna(effect):
        return f"p = {p_value}" if p_value else ""
    name, _, unit = measure.partition(", ")
    text = f"{name} {words.plain(effect)}{_unit(unit)}"
    if name.startswith("percent "):
        text = f"{words.plain(effect)}% {name.removeprefix('percent ')}"
    return text + ("" if pd.isna(lower) else f" ({words.between(lower, upper, words.plain)})")


_ARMS, _EFFECT = ("treatment_value", "comparator_value", "value_unit"), ("effect", "effect_measure", "lower", "upper")
CONTROLLED_TRIALS = {
    "Trial": (("trial", "year"), lambda trial, year: f"{trial.split(', EDSS')[0]} ({year})"),
    "Outcome, treatment v control": (("outcome", *_ARMS, *_EFFECT, "p_value"), _result),
    "Met": ("met", {"yes": "yes", "no": "no", "na": ""}.get),
    "Treatment v control, in whom": (
        ("treatment", "comparator", "population"),
        lambda treatment, *others: "{} v {}; {}".format(words.sentence(treatment), *others),
    ),
    "Source": "source",
}


# --- two doses, few people ---------------------------------------------------------------------------------------------


def high_against_low(groups):
    """What small trials say of the high dose against the low one, and how far that goes: a row a trial and measure.

    In: the table dose_groups. Out: trial, measure, people_low, people_high (measured), value_low, value_high, unit, said,
    source; luck (share of trials in which the high dose has the better mean if dose does nothing), least_p (the smallest
    one-sided p-value of an exact test of the two groups); and where two means and a spread were read gap (between the
    means), errors (the gap in standard errors, the same spread at both doses assumed), freedom (degrees of freedom: the
    spread is known from the high dose alone) and p_value (t, two-sided).
    """
    ends = [groups[groups["dose"] == dose].set_index(["trial", "measure"]) for dose in ("low", "high")]
    low, high = ends[0][["people", "value", "source"]], ends[1][["people", "value", "sd", "unit", "said", "source"]]
    pairs = low.merge(high, left_index=True, right_index=True, suffixes=("_low", "_high"))
    gap = (pairs["value_high"] - pairs["value_low"]).abs().where(pairs["sd"].notna())
    errors = gap / (pairs["sd"] * (1 / pairs["people_low"] + 1 / pairs["people_high"]).astype(float) ** 0.5)
    freedom = pairs["people_high"].astype(float) - 1
    sources = zip(pairs["source_low"], pairs["source_high"], strict=True)
    return pairs.assign(
        luck=0.5,  # of two exchangeable groups either is the better one as often
        least_p=1 / comb((pairs["people_low"] + pairs["people_high"]).astype(int), pairs["people_low"].astype(int)),
        gap=gap,
        errors=errors,
        freedom=freedom.where(gap.notna()),
        p_value=2 * t.sf(errors, freedom),
        source=["; ".join(dict.fromkeys(each)) for each in sources],
    ).reset_index()


def _means(low, high, unit):
    return f"{words.plain(low)} v {words.plain(high)}{_unit(unit)}"


HIGH_AGAINST_LOW = {
    "Trial": "trial",
    "What is said": ("said", words.sentence),
    "People, low and high dose": (("people_low", "people_high"), "{} and {}".format),
    "What was measured": ("measure", words.sentence),
    "Low v high": (("value_low", "value_high", "unit"), _means, "direction only"),
    "By luck alone": ("luck", words.in_hundred),
    "Least p": ("least_p", words.probability),
    "Source": "source",
}


# --- sources that disagree, dates --------------------------------------------------------------------------------------


DISAGREEMENTS = {
    "About": ("about", words.sentence),
    "One source says": "says_a",
    "Another says": "says_b",
    "Sources": (("source_a", "source_b"), "{}; {}".format),
}
TIMELINE = {"When": "date", "What": "event", "Source": "source"}


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
    """Years from the recorded start of STEMS to its paper."""
    here = timeline[timeline["about"] == "stems"]
    start = pd.Period(here["date"].iloc[0], "M").end_time.normalize()
    paper = pd.Timestamp(here[here["event"].str.contains("paper")]["date"].iloc[0])
    return (paper - start).days / 365.25
