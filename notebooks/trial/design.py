"""Tables of chapter 01: who could take part, the dates, the rule and what it lets through, the reporting checklist."""

from datetime import date

import numpy as np
import pandas as pd

from trial import words
from trial.methods import escalation, model_designs, planning, posterior

START = date(2017, 5, 31)  # "end of May 2017" is all that is recorded
FIRST_COHORT = date(2017, 10, 31)  # "by October 2017", taken as its last day


def at_a_glance(rules):
    """The trial in a dozen lines: what, value, source; `rules` is load.table("design_rules") indexed by rule."""
    value, low, high, text = rules["value"], rules["lower"], rules["upper"], rules["text"]
    rows = [
        ("Design", text.design, "design"),
        ("Where", f"{text.centres}: {words.things(int(value.centres), 'hospital')}", "centres"),
        (
            "People",
            f"{words.number(value.people_enrolled)} with secondary or primary progressive MS",
            "people_enrolled",
        ),
        ("Age", f"{words.between(low.age_years, high.age_years, words.plain)} years", "age_years"),
        ("Disability", f"EDSS of {words.plain(value.edss_at_entry)} or more", "edss_at_entry"),
        (
            "Getting worse",
            f"EDSS up by {words.plain(value.edss_rise_before_entry)} or more in "
            f"{words.plain(value.edss_rise_window_months)} months before",
            "edss_rise_before_entry",
        ),
        (
            "Years with MS",
            words.between(low.disease_duration_years, high.disease_duration_years, words.plain),
            "disease_duration_years",
        ),
        ("In primary progressive MS", text.oligoclonal_bands, "oligoclonal_bands"),
        (
            "Not before",
            f"{words.plain(value.washout_immunosuppressants_months)} months without immunosuppressive drugs, "
            f"{words.plain(value.washout_other_days)} days without interferon beta, glatiramer or steroids",
            "washout_immunosuppressants_months",
        ),
        (
            "Treatment",
            f"{words.things(int(value.injections_per_person), 'injection')} {text.injections_per_person}, "
            "with drugs against rejection",
            "injections_per_person",
        ),
        ("Follow-up", f"about {words.plain(value.follow_up_weeks)} weeks", "follow_up_weeks"),
        ("Run by", f"{text.sponsor}, with {text.collaborator}", "sponsor"),
    ]
    return pd.DataFrame(
        [(what, words.sentence(how), rules.source[rule]) for what, how, rule in rows],
        columns=["What", "In this trial", "Source"],
    )


def total_cells(cohorts, body_weight_kg):
    """The doses per kilogram, with the tolerance, and as totals at one body weight (millions of cells)."""
    made = []
    for row in cohorts.itertuples():
        reach = row.tolerance_percent / 100
        low, high = (row.dose_million_cells_per_kg * body_weight_kg * (1 + sign * reach) for sign in (-1, 1))
        made.append(
            {
                "Dose": row.cohort,
                "Million cells per kg": words.plain(row.dose_million_cells_per_kg),
                f"Million cells at {words.plain(body_weight_kg)} kg": words.significant(
                    row.dose_million_cells_per_kg * body_weight_kg, 3
                ),
                f"within {words.plain(row.tolerance_percent)}%": words.between(
                    low, high, lambda cells: words.significant(cells, 3)
                ),
                "People": words.number(row.people_treated),
            }
        )
    return pd.DataFrame(made)


def earliest_calendar(cohorts, rules, gap_days):
    """The earliest days of injection and last visit under the waits of the registry; one row a person."""
    table = planning.earliest_calendar(
        int(cohorts["people_treated"].iloc[0]),
        len(cohorts),
        int(rules.value.days_between_people),
        gap_days,
        7 * int(rules.value.follow_up_weeks),
    )
    return table.rename(columns={"last_visit_day": "end_of_follow_up_day"})


def recorded_dates(rules):
    """The recorded dates as days after the recorded start: day, label."""
    end = date.fromisoformat(rules.text.end_date)
    return pd.DataFrame(
        {
            "day": [0, (FIRST_COHORT - START).days, (end - START).days],
            "label": [
                f"recorded start: {rules.text.start_date}",
                f"first cohort injected by {rules.text.first_cohort_by}",
                "recorded end: " + f"{end.day} {end:%B %Y}",
            ],
        }
    )


def named_curves(curves, extra):
    """Rates by curve name: the named assumed curves of the data, then any given by parameter."""
    ordered = curves.sort_values("dose_level", kind="stable").groupby("curve", sort=False)["rate"].apply(list)
    return {name: ordered[name] for name in dict.fromkeys(curves["curve"])} | dict(extra)


def curve_words(curves, extra):
    """What each curve is called on the page."""
    return dict(zip(curves["curve"], curves["name_in_words"], strict=True)) | {
        name: f"a curve of your own: {name.replace('_', ' ')}" for name in extra
    }


def _characteristics(curves, reading):
    return {name: escalation.operating_characteristics(rates, reading) for name, rates in curves.items()}


def passing(curves, names, reading):
    """For the picture: curve, name_in_words, rates_in_words, p_top_dose_passed, p_no_dlt_in_12."""
    return pd.DataFrame(
        [
            {
                "curve": curve,
                "name_in_words": names[curve],
                "rates_in_words": words.listed(map(words.percent, curves[curve])),
                "p_top_dose_passed": found.p_top_dose_passed,
                "p_no_dlt_in_12": found.p_no_dlt_in_12,
            }
            for curve, found in _characteristics(curves, reading).items()
        ]
    )


def mtd_distribution(curves, names, reading):
    """For the picture: curve, name_in_words, dose_label, probability of ending there."""
    labels = ["no dose", *(f"dose {letter}" for letter in "ABC"), "top dose passed"]
    return pd.DataFrame(
        [
            {"curve": curve, "name_in_words": names[curve], "dose_label": label, "probability": float(share)}
            for curve, found in _characteristics(curves, reading).items()
            for label, share in zip(labels, found.p_mtd, strict=True)
        ]
    )


def characteristics(curves, names, reading):
    """What the rule does under each curve, as texts: where it ends, how many it takes, how many are harmed."""
    rows = []
    for curve, found in _characteristics(curves, reading).items():
        rows.append(
            {
                "If harm were (assumed)": words.sentence(names[curve]),
                "Rates at A to D": words.listed(map(words.percent, curves[curve])),
                "Top dose passed": words.in_hundred(found.p_top_dose_passed),
                "No dose left": words.in_hundred(found.p_no_dose),
                "People, on average": words.number(found.expected_patients, 1),
                "DLTs, on average": words.number(found.expected_dlts, 1),
                "Nobody harmed": words.in_hundred(found.p_no_dlt_in_12),
            }
        )
    return pd.DataFrame(rows)


def readings_compared(curves, names):
    """People and DLTs on average, and the chance to pass the top dose: a row each under each curve, a column a reading."""
    rows = []
    for curve, rates in curves.items():
        found = {reading: escalation.operating_characteristics(rates, reading) for reading in "ABCK"}
        for what, text in (
            ("people", lambda one: words.number(one.expected_patients, 1)),
            ("DLTs", lambda one: words.number(one.expected_dlts, 1)),
            ("top dose passed", lambda one: words.percent(one.p_top_dose_passed)),
        ):
            head = {"If harm were (assumed)": f"{words.sentence(names[curve])}: {what}"}
            rows.append(head | {f"Reading {reading}": text(each) for reading, each in found.items()})
    return pd.DataFrame(rows)


def design_results(curves, reading):
    """All named results of the rule: name, value, unit, method."""
    rows = []
    for curve, found in _characteristics(curves, reading).items():
        named = {f"p_mtd_{place}": share for place, share in enumerate(found.p_mtd)} | {
            "p_top_dose_passed": found.p_top_dose_passed,
            "p_no_dose": found.p_no_dose,
            "expected_patients": found.expected_patients,
            "expected_dlts": found.expected_dlts,
            "p_no_dlt_in_12": found.p_no_dlt_in_12,
        }
        rows += [
            {
                "name": f"design.{what}__{curve}",
                "value": float(value),
                "unit": what.split("_")[1] if what.startswith("expected") else "probability",
                "method": f"exact, reading {reading}",
            }
            for what, value in named.items()
        ]
    return pd.DataFrame(rows)


def checklist(items):
    """The reporting items that were seen, with where each is answered."""
    return pd.DataFrame(
        {
            "Item": items["checklist"].str.cat(items["item"], sep=" "),
            "It asks to": items["asks"].map(words.sentence),
            "Answered": items["answered_where"].map(words.sentence),
            "In what we read": items["in_what_we_read"],
        }
    )


def beliefs(people, limit):
    """What each prior says of the top dose, before and after nobody was harmed: chance of a rate above the limit."""
    found = posterior.beliefs_after_no_harm(people, limit)
    top = found[found["dose"] == len(people)]
    return pd.DataFrame(
        {
            "Belief beforehand": top["prior"].map(words.sentence),
            "Harm rises with the dose": top["ordered"].map({True: "yes", False: "not said"}),
            "Mean rate, before": top["prior_mean"].map(words.percent),
            "Mean rate, after": top["posterior_mean"].map(words.percent),
            f"Chance of more than {words.one_in(limit)}, before": top["prior_above"].map(words.percent),
            "The same, after": top["posterior_above"].map(words.percent),
        }
    )


def beliefs_by_dose(people, limit):
    """The same for every dose: the rate each prior implies beforehand, and what is left of it."""
    found = posterior.beliefs_after_no_harm(people, limit)
    rows = []
    for prior, part in found.groupby("prior", sort=False):
        for when, mean in (("before", "prior_mean"), ("after", "posterior_mean")):
            rows.append(
                {"Belief": f"{words.sentence(prior)}, {when}"}
                | {f"Dose {letter}": words.percent(rate) for letter, rate in zip("ABCD", part[mean], strict=True)}
            )
    return pd.DataFrame(rows)


def designs_compared(curves, names, target):
    """How often each rule names the right dose at a target, names too high a one, and whom it treats above it."""
    found = model_designs.compared_designs(curves, target, 4, 3)
    doses = ["no dose", *(f"dose {letter}" for letter in "ABCD")]
    return pd.DataFrame(
        {
            "If harm were (assumed)": [
                f"{words.sentence(names[row.curve])}: {row.design}" for row in found.itertuples()
            ],
            "Right dose": [
                doses[row.right_dose] + ("" if row.right_is_unique else ", not alone") for row in found.itertuples()
            ],
            "Right": found["p_right"].map(words.in_hundred),
            "Too high": found["p_too_high"].map(words.in_hundred),
            "People": found["expected_patients"].map(lambda people: words.number(people, 1)),
            "above the right dose": found["expected_patients_above"].map(lambda people: words.number(people, 1)),
            "DLTs": found["expected_dlts"].map(lambda people: words.number(people, 1)),
        }
    )


def durations(curves, names, days_between_people, cohort_gap_days, look_days):
    """Mean months from the first to the last injection under each reading, at the shortest waits."""
    found = escalation.expected_days_table(curves, days_between_people, cohort_gap_days, look_days)
    wide = found.pivot(index="curve", columns="reading", values="expected_days").reindex(list(curves)) / (365.25 / 12)
    return pd.DataFrame(
        {"If harm were (assumed)": [words.sentence(names[curve]) for curve in wide.index]}
        | {
            f"Months, reading {reading}": [words.number(months, 1) for months in wide[reading]]
            for reading in wide.columns
        }
    )


ROUTES = {
    "intracerebroventricular": "into the brain's fluid",
    "intracerebral": "into the brain",
    "intraspinal": "into the spinal cord",
    "intrathecal": "into the spinal fluid",
}


def sister_doses(doses):
    """Total cells given in other trials, for those whose route was read: trial, route in words, dose_million_cells_total."""
    known = doses[doses["route"].isin(ROUTES)]
    return pd.DataFrame(
        {
            "trial": known["trial"],
            "route": known["route"].map(ROUTES),
            "dose_million_cells_total": known["dose_million_cells_total"],
        }
    )


def flat_rates(reading, highest):
    """The rule at one rate of harm for all doses, 1% to `highest`%: rate (whole per cent), chances, people on average."""
    rows = []
    for rate in range(1, highest + 1):
        found = escalation.operating_characteristics([rate / 100] * 4, reading)
        rows.append(
            {
                "rate": rate,
                "p_top_dose_passed": found.p_top_dose_passed,
                "p_no_dlt_in_12": found.p_no_dlt_in_12,
                "expected_patients": found.expected_patients,
            }
        )
    return pd.DataFrame(rows)


def flat_rates_in_words(table, rates):
    """The same at a few rates, as texts."""
    chosen = table[table["rate"].isin(rates)]
    return pd.DataFrame(
        {
            "Harm at every dose (assumed)": chosen["rate"].map(lambda rate: f"{rate}%"),
            "Top dose passed": chosen["p_top_dose_passed"].map(words.in_hundred),
            "Nobody harmed": chosen["p_no_dlt_in_12"].map(words.in_hundred),
            "People, on average": chosen["expected_patients"].map(lambda people: words.number(people, 1)),
        }
    )


def curves_where_better(curves, target):
    """In how many curves BOIN and the CRM name the right dose more often than the 3+3 under reading A."""
    right = model_designs.compared_designs(curves, target, 4, 3).pivot(
        index="curve", columns="design", values="p_right"
    )
    return {design: int((right[design] > right["3+3 (A)"]).sum()) for design in ("BOIN", "CRM")}


def distributions(curves, names, reading):
    """How the numbers of people and of DLTs spread over trials under each curve: shares of trials, in hundreds."""
    rows = []
    for curve, found in _characteristics(curves, reading).items():
        people, dlts = dict(found.patients_distribution), dict(found.dlts_distribution)
        bands = {"up to 6": (0, 6), "7 to 12": (7, 12), "13 to 18": (13, 18), "19 or more": (19, 10**6)}
        shares = {
            f"{band} people": sum(p for n, p in people.items() if low <= n <= high)
            for band, (low, high) in bands.items()
        }
        shares |= {f"{n} DLTs" if n != 1 else "1 DLT": dlts.get(n, 0) for n in range(3)}
        shares["3 DLTs or more"] = sum(p for n, p in dlts.items() if n >= 3)
        rows.append(
            {"If harm were (assumed)": words.sentence(names[curve])}
            | {what: words.percent(share) if share else "never" for what, share in shares.items()}
        )
    return pd.DataFrame(rows)


def largest_difference_between_readings(curves):
    """The most by which readings A, B and C differ in any chance of ending at a dose, over all curves."""
    ends = {
        reading: [escalation.operating_characteristics(rates, reading).p_mtd for rates in curves.values()]
        for reading in "ABC"
    }
    return float(max(np.abs(np.array(ends["A"]) - np.array(ends[other])).max() for other in "BC"))


def more_people_under_k(curves):
    """For each curve, whether the textbook rule K takes more people on average than reading A."""
    mean = {
        reading: [escalation.operating_characteristics(rates, reading).expected_patients for rates in curves.values()]
        for reading in "AK"
    }
    return [textbook > plain for textbook, plain in zip(mean["K"], mean["A"], strict=True)]


def newer_rules_in_words(target):
    """How BOIN and the CRM are set up in the comparison, every choice named."""
    designs = model_designs.designs_compared_here(target, 4)
    boin, crm = designs["BOIN"], designs["CRM"]
    return (
        f"Twelve people in groups of three, target {words.percent(target)}; exact over every course of a trial. BOIN: up at a rate of "
        f"{words.number(boin.lower_limit, 4)} or less, down at {words.number(boin.upper_limit, 4)} or more, a dose and all above it out once "
        f"the chance of a rate above the target exceeds {words.percent(boin.certainty)} (uniform prior); in the end the dose nearest the "
        "target after isotonic regression, of equal rates the highest if below it, else the lowest. CRM: power curve, first guesses "
        f"{words.listed(words.percent(rate) for rate in crm.skeleton)} (assumed), prior variance {words.plain(crm.prior_variance)}, stop "
        f"once the lowest dose exceeds {words.percent(crm.limit)} with {words.percent(crm.certainty)} certainty, no dose skipped, only a "
        "dose that was tried is named; other first guesses give other shares. “Not alone” means that other doses have the same rate."
    )
