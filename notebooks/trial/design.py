"""Chapter 01: who could take part, the dates, the rule and what it lets through."""

import re
from datetime import date
from functools import partial

import numpy as np
import pandas as pd

from trial import words
from trial.methods import escalation, model_designs, planning

DAYS_PER_MONTH = 365.25 / 12
ASSUMED = {"If harm were (assumed)": ("name_in_words", words.sentence)}


GLANCE = {  # what: how it is told of the rules in braces, and by "rule:noun" how many there are of a thing
    "Design": "{design}",
    "Registered": "{registry_number}, EudraCT {eudract_number}",
    "Where": "{centres}: {centres:hospital}",
    "People": "{people_enrolled}: {people_spms} secondary, {people_ppms} primary progressive MS (a charity's digest)",
    "Diagnosis": "{diagnosis}",
    "Age": "{age_years} years",
    "Disability": "EDSS of {edss_at_entry} or more",
    "Getting worse": "EDSS up by {edss_rise_before_entry} or more in {edss_rise_window_months} months before",
    "Years with MS": "{disease_duration_years}",
    "In primary progressive MS": "{oligoclonal_bands}",
    "Approved treatment": "{no_alternative_therapy} (abstract); {approved_therapies} (registry)",
    "Stopped before": "{washout_immunosuppressants_months} months without immunosuppressive drugs, {washout_other_days} days "
    "without interferon beta, glatiramer or steroids",
    "Not with": "a relapse in {no_relapse_days} days before screening; {other_illness}; {pregnancy}",
    "Cells": "from {donors:fetus} (news item); a foundation's digest speaks of fetuses, {fetal_age_weeks} weeks old",
    "Treatment": "{injections_per_person:injection} {injections_per_person}, with {anti_rejection_drugs}",
    "Main outcomes": "{primary_outcomes:measure}: {primary_outcomes} (a news digest)",
    "Follow-up": "about {follow_up_weeks} weeks",
    "Run by": "{sponsor}, with {collaborator}",
}
ENTRY = (
    "Only if you were {age_years} years old, had MS for {disease_duration_years} years, an EDSS of {edss_at_entry} or more, "
    "were getting worse, and no approved drug was an option for you."
)


class _Told:
    """A rule in words, for a text with braces: its text, else its number, else its limits; with a noun, so many of it."""

    def __init__(self, rule):
        self.rule = rule

    def __format__(self, noun):
        value, text = self.rule["value"], self.rule["text"]
        if noun:
            return words.things(int(value), noun)
        limits = (self.rule["lower"], self.rule["upper"])
        return text or (words.between(*limits, words.plain) if pd.isna(value) else words.plain(value))


def rule_text(text, rules):
    """A text with rules in braces, such as `ENTRY`, as a sentence; `rules`: the table design_rules by rule.

    >>> from trial import load
    >>> rule_text("{centres:hospital}, {people_enrolled} people", load.table("design_rules").set_index("rule"))
    'One hospital, 12 people'
    """
    return words.sentence(text.format_map({name: _Told(rule) for name, rule in rules.iterrows()}))


def at_a_glance(rules):
    """The trial at a glance: what, value, sources; `rules` is load.table("design_rules") indexed by rule."""
    sources = {
        what: ";".join(dict.fromkeys(rules.source[re.findall(r"{(\w+)", text)])) for what, text in GLANCE.items()
    }
    rows = [(what, rule_text(text, rules), sources[what]) for what, text in GLANCE.items()]
    return pd.DataFrame(rows, columns=["What", "In this trial", "Source"])


def total_cells(cohorts, body_weight_kg):
    """The doses with their totals at one body weight, and the least and the most that the tolerance allows."""
    total, reach = cohorts["dose_million_cells_per_kg"] * body_weight_kg, cohorts["tolerance_percent"] / 100
    return cohorts.assign(
        total_million_cells=total, least_million_cells=total * (1 - reach), most_million_cells=total * (1 + reach)
    )


TOTAL_CELLS = {
    "Dose": "cohort",
    "Million cells per kg": ("dose_million_cells_per_kg", words.plain),
    "Million cells at {weight} kg": ("total_million_cells", words.three_digits),
    "within {tolerance}%": (
        ("least_million_cells", "most_million_cells"),
        partial(words.between, form=words.three_digits),
    ),
    "People": ("people_treated", words.number),
}


ROUTES = {
    "intracerebroventricular": "into the brain's fluid",
    "intracerebral": "into the brain",
    "intraspinal": "into the spinal cord",
    "intrathecal": "into the spinal fluid",
}


SISTER_DOSES = {
    "Trial": "trial",
    "Where the cells were put": ("route", words.sentence),
    "Million cells": (("least", "most"), partial(words.between, form=words.plain)),
    "Source": "source",
}


def sister_doses(doses):
    """Total cells given in other trials, for those whose route was read: trial, route in words, least, most (millions), source."""
    known = doses.assign(route=doses["route"].map(ROUTES)).dropna(subset="route")
    total = "dose_million_cells_total"
    found = known.groupby(["trial", "route"], sort=False)
    return found.agg(least=(total, "min"), most=(total, "max"), source=("source", "first")).reset_index()


# --- dates ------------------------------------------------------------------------------------------------------------


def earliest_calendar(cohorts, rules, gap_days):
    """The earliest days of injection and last visit under the waits of the registry; one row a person."""
    table = planning.earliest_calendar(
        dict(zip(cohorts["cohort"], cohorts["people_treated"], strict=True)),
        int(rules.value.days_between_people),
        gap_days,
        7 * int(rules.value.follow_up_weeks),
    )
    return table.rename(columns={"last_visit_day": "end_of_follow_up_day"})


CALENDAR = {
    "Person": "person",
    "Dose": "cohort",
    "Day of the injection": ("injection_day", words.number),
    "Day of the last visit": ("end_of_follow_up_day", words.number),
}


def recorded_dates(rules):
    """The recorded dates as days after the first of them: day, label; of a month the last day is taken."""
    start, end = (date.fromisoformat(rules.text[rule]) for rule in ("first_patient_by", "end_date"))
    cohort = pd.Period(rules.text.first_cohort_by, "M")
    rows = [
        (0, f"first treated by {start.day} {start:%B %Y}"),
        ((cohort.end_time.date() - start).days, f"first cohort injected by {cohort.strftime('%B %Y')}"),
        ((end - start).days, f"recorded end: {end.day} {end:%B %Y}"),
    ]
    return pd.DataFrame(rows, columns=["day", "label"])


def durations(curves, days_between_people, cohort_gap_days, look_days):
    """The curves, and the mean months from the first to the last injection at the shortest waits: a column a reading."""
    waits = (days_between_people, cohort_gap_days, look_days)
    return curves.assign(
        **{
            reading: [escalation.expected_days(rates, reading, *waits) / DAYS_PER_MONTH for rates in curves["rates"]]
            for reading in escalation.READINGS
        }
    )


DURATIONS = ASSUMED | {f"Months, reading {reading}": (reading, words.one_decimal) for reading in escalation.READINGS}


# --- the rule under assumed curves ------------------------------------------------------------------------------------


def _rates(rates):
    alike = len(set(rates)) == 1 < len(rates)
    return f"{words.percent(rates[0])} at each" if alike else words.listed(map(words.percent, rates))


def named_curves(curves, extra):
    """The assumed curves of the data, then any given by parameter: curve, name_in_words, rates (by dose), rates_in_words."""
    ordered = curves.sort_values("dose_level", kind="stable").groupby(["curve", "name_in_words"])["rate"].apply(list)
    named = ordered.reset_index(name="rates").set_index("curve").loc[curves["curve"].unique()].reset_index()
    own = [(name, f"a curve of your own: {name.replace('_', ' ')}", rates) for name, rates in extra.items()]
    made = pd.concat([named, pd.DataFrame(own, columns=list(named))], ignore_index=True)
    return made.assign(rates_in_words=made["rates"].map(_rates))


FOUND = ("p_top_dose_passed", "p_no_dose", "expected_patients", "expected_dlts")
BANDS = {
    "up_to_6_people": ("patients_distribution", 0, 6),
    "7_to_12_people": ("patients_distribution", 7, 12),
    "13_to_18_people": ("patients_distribution", 13, 18),
    "19_or_more_people": ("patients_distribution", 19, np.inf),
    "0_DLTs": ("dlts_distribution", 0, 0),
    "1_DLT": ("dlts_distribution", 1, 1),
    "2_DLTs": ("dlts_distribution", 2, 2),
    "3_DLTs_or_more": ("dlts_distribution", 3, np.inf),
}


def characteristics(curves, reading):
    """The curves, what the rule does under each: the chances and means of `FOUND`, the shares of trials in each of `BANDS`.

    Before those, p_mtd_0 and on: the chance to end with no dose, with each dose but the top, or with the top dose passed.
    Among them p_no_dlt_in_12: no DLT among the first three at each dose, twelve people at four doses.
    """
    rows = []
    for rates in curves["rates"]:
        found = escalation.operating_characteristics(rates, reading)
        rows.append(
            {f"p_mtd_{place}": float(share) for place, share in enumerate(found.p_mtd)}
            | {what: getattr(found, what) for what in FOUND}
            | {"p_no_dlt_in_12": found.p_no_dlt_in_first_pass}
            | {
                band: sum(share for count, share in getattr(found, what).items() if low <= count <= high)
                for band, (what, low, high) in BANDS.items()
            }
        )
    return curves.join(pd.DataFrame(rows))


CHARACTERISTICS = ASSUMED | {
    "Rates, lowest dose first": "rates_in_words",
    "Top dose passed": ("p_top_dose_passed", words.in_hundred),
    "No dose left": ("p_no_dose", words.in_hundred),
    "People, on average": ("expected_patients", words.one_decimal),
    "DLTs, on average": ("expected_dlts", words.one_decimal),
    "No DLT": ("p_no_dlt_in_12", words.in_hundred),
}


def mtd_columns(cohorts):
    """How `characteristics` reads, a column a dose at which the rule may end."""
    ends = enumerate(["No dose", *(f"Dose {cohort}" for cohort in cohorts[:-1]), "Top dose passed"])
    return ASSUMED | {end: (f"p_mtd_{place}", words.in_hundred) for place, end in ends}


def design_results(found, reading):
    """All named results of the rule, from `characteristics`: name, value, unit, method."""
    made = found.set_index("curve").filter(regex="^(p|expected)_").stack().rename_axis(["curve", "what"])
    made = made.reset_index(name="value")
    unit = made["what"].where(made["what"].str.startswith("expected"), "_probability").str.split("_").str[1]
    name = "design." + made["what"] + "__" + made["curve"]
    return pd.DataFrame({"name": name, "value": made["value"], "unit": unit, "method": f"exact, reading {reading}"})


MEASURES = {
    "people": ("expected_patients", words.one_decimal),
    "DLTs": ("expected_dlts", words.one_decimal),
    "top dose passed": ("p_top_dose_passed", words.percent),
}


def readings_compared(curves):
    """People and DLTs on average, and the chance to pass the top dose: name_in_words, measure, and a column a reading."""
    found = {reading: characteristics(curves, reading) for reading in escalation.READINGS}
    return pd.DataFrame(
        [
            {"name_in_words": name, "measure": measure}
            | {reading: table[column][place] for reading, table in found.items()}
            for place, name in curves["name_in_words"].items()
            for measure, (column, _) in MEASURES.items()
        ]
    )


READINGS_COMPARED = {
    "If harm were (assumed)": (("name_in_words", "measure"), lambda name, what: f"{words.sentence(name)}: {what}")
} | {
    f"Reading {reading}": (("measure", reading), lambda measure, value: MEASURES[measure][1](value))
    for reading in escalation.READINGS
}


DISTRIBUTIONS = ASSUMED | {
    band.replace("_", " "): (band, lambda share: words.percent(share) if share else "never") for band in BANDS
}


# --- beliefs, and other rules -----------------------------------------------------------------------------------------


BELIEFS = {
    "Belief beforehand": ("prior", words.sentence),
    "Chance of more than {limit}, before": ("prior_above", words.percent),
    "The same, after": ("posterior_above", words.percent),
    "Mean rate, before": ("prior_mean", words.percent),
    "Mean rate, after": ("posterior_mean", words.percent),
    "Harm rises with the dose": ("ordered", {True: "yes", False: "not said"}.get),
}


def most_and_least_moved(beliefs):
    """Of `beliefs` the row whose chance of a high rate fell to the smallest part of what it was, and the largest.

    >>> rows = pd.DataFrame({"prior": ["firm", "open"], "prior_above": [0.9, 0.5], "posterior_above": [0.6, 0.1]})
    >>> [row.prior for row in most_and_least_moved(rows)]
    ['open', 'firm']
    """
    left = beliefs["posterior_above"] / beliefs["prior_above"]
    return beliefs.loc[left.idxmin()], beliefs.loc[left.idxmax()]


def beliefs_by_dose(beliefs, cohorts):
    """The mean rate that each belief implies at every dose: prior, when, and a column a cohort."""
    return pd.DataFrame(
        [
            {"prior": prior, "when": when} | dict(zip(cohorts, part[mean], strict=True))
            for prior, part in beliefs.groupby("prior", sort=False)
            for when, mean in (("before", "prior_mean"), ("after", "posterior_mean"))
        ]
    )


def beliefs_by_dose_columns(cohorts):
    """How the same reads, a column a dose."""
    belief = (("prior", "when"), lambda prior, when: f"{words.sentence(prior)}, {when}")
    return {"Belief": belief} | {f"Dose {cohort}": (cohort, words.percent) for cohort in cohorts}


def _right_dose(is_unique, cohort):
    name = f"dose {cohort}" if cohort else "no dose"
    return name if is_unique else f"{name}, not alone"


NEWER = ("BOIN", "CRM")


def designs_compared(curves, target, group, sizes, cohorts, reading):
    """The curves, how often each rule names the right dose at a target, and how often too high a one.

    BOIN and the CRM treat so many people in groups of `group`, the 3+3 under `reading` as many as its rule asks. Added:
    right_is_unique, right_cohort ("" for none), people_by_rule (3+3, on average), and as shares right_3+3, too_high_3+3,
    and right_RULE_PEOPLE and too_high_RULE_PEOPLE for BOIN and the CRM.
    """
    rates = dict(zip(curves["curve"], curves["rates"], strict=True))
    of_size = {
        people: model_designs.compared_designs(rates, target, [group] * (people // group), reading) for people in sizes
    }
    rule = of_size[sizes[0]].query("design == '3+3'").set_index("curve")
    made = curves.set_index("curve").assign(
        right_is_unique=rule["right_is_unique"],
        right_cohort=[["", *cohorts][dose] for dose in rule["right_dose"]],
        people_by_rule=rule["expected_patients"],
    )
    for what, share in (("right", "p_right"), ("too_high", "p_too_high")):
        made[f"{what}_3+3"] = rule[share]
        for people, found in of_size.items():
            made = made.join(
                found.pivot(index="curve", columns="design", values=share)[list(NEWER)]
                .add_prefix(f"{what}_")
                .add_suffix(f"_{people}")
            )
    return made.reset_index()


def _each(*shares):
    return ", ".join(map(words.short_percent, shares)) if any(shares) else "never"


def design_columns(sizes):
    """How `designs_compared` reads: for BOIN and the CRM a share for each number of people in turn."""
    heads = ASSUMED | {
        "Right dose": (("right_is_unique", "right_cohort"), _right_dose),
        "People in the 3+3, on average": ("people_by_rule", words.one_decimal),
    }
    for what, said in (("right", "Right"), ("too_high", "Too high")):
        heads[f"{said}: 3+3"] = (f"{what}_3+3", _each)
        heads |= {f"{said}: {rule}": (tuple(f"{what}_{rule}_{people}" for people in sizes), _each) for rule in NEWER}
    return heads


def where_better(designs, sizes):
    """In how many curves BOIN and the CRM name the right dose more often than the 3+3, number of people by number."""
    least = designs["right_3+3"] + 1e-9
    counts = [[(designs[f"right_{rule}_{people}"] > least).sum() for rule in NEWER] for people in sizes]
    parts = [f"in {boin} and {crm} with {people}" for (boin, crm), people in zip(counts, sizes, strict=True)]
    return f"of {words.things(len(designs), 'assumed truth')}, BOIN and the CRM do {', '.join(parts)} people"


CHECKLIST = {
    "Item": (("checklist", "item"), "{} {}".format),
    "It asks to": ("asks", words.sentence),
    "Answered": ("answered_where", words.sentence),
    "In what we read": "in_what_we_read",
}
