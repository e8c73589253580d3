"""Tables of chapter 05: what to compare, on which outcome, with how many people, for how long, and what hints were worth."""

from decimal import Decimal
from math import sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from trial import words
from trial.design import earliest_calendar, recorded_dates
from trial.methods import assurance, intervals, planning, stopping

USUAL_ALPHA, USUAL_POWER = 0.05, 0.8  # assumed where a source does not say its own
CORRELATION = 0.5  # assumed: yearly loss with a value known before the trial
SCAN_PART = 0.5  # assumed: part of the variance of a yearly change that is error of the scans
CELLS_PER_CONTROL = 2
BELIEFS = ("sceptical", "neutral", "enthusiastic")
LONGEST_YEARS = 30
DAYS_PER_MONTH = 365.25 / 12
NO_EXCESS = "no loss beyond healthy ageing"


def comparisons(judged):
    """What each kind of comparison group answers and leaves open, from the table comparisons."""
    heads = {"comparison": "Comparison", "answers": "What it answers", "leaves_open": "What it leaves open"}
    return judged[list(heads)].rename(columns=heads)


def outcomes_that_move(judged, participants):
    """Outcomes and whether they can still change at an EDSS of 6.5 and above, from the table outcomes_that_move."""
    step = participants[participants["measure"].str.startswith("EDSS rise")]["value"].iloc[0]
    hands = participants[participants["trial"] == "ORATORIO-HAND"]["upper"].iloc[0]
    return pd.DataFrame(
        {
            "Outcome": judged["outcome"],
            "Can it still move?": judged["moves"],
            "Why we think so": [
                why.replace("{step}", words.plain(step)).replace("{hands}", words.plain(hands)) for why in judged["why"]
            ],
            "Source": judged["source"],
        }
    )


# How many people


def rescaled(people, effect_published, effect, alpha, power):
    """A published size per arm carried to another effect, level and power; the published ones at 5% and 80%.

    Twice the effect needs a quarter of the people:

    >>> round(rescaled(100, 0.25, 0.5, 0.05, 0.8), 10)
    25.0
    """
    base, asked = (
        planning.people_per_arm_z_unrounded(share, 1, *level)
        for share, level in ((effect_published, (USUAL_ALPHA, USUAL_POWER)), (effect, (alpha, power)))
    )
    return people * asked / base


def published_spreads(rates, published):
    """Published means of brain volume loss whose spread between people is known or follows: one row a source.

    In: load.table("atrophy") and load.table("sample_sizes"). Out: group, loss and sd (% over so many years), years, people, how (the
    spread was got), source.
    """
    untreated = rates[(rates["arm"] == "untreated") & rates["people"].notna()]
    rows = [
        {
            "group": row.group,
            "loss": row.loss_percent_per_year,
            "years": 1.0,
            "people": int(row.people),
            "source": row.source,
            "sd": row.sd if pd.notna(row.sd) else row.se * sqrt(row.people),
            "how": "printed" if pd.notna(row.sd) else "assumed from the standard error",
        }
        for row in untreated.itertuples()
    ]
    short = published[published["change_se_percent"].notna()].iloc[0]
    rows.append(
        {
            "group": f"{short.population.upper()}, unselected, {words.plain(12 * short.trial_years)} months ({short.study})",
            "loss": abs(short.change_mean_percent),
            "sd": short.change_se_percent * sqrt(short.people_behind),
            "years": float(short.trial_years),
            "people": int(short.people_behind),
            "source": short.source,
            "how": "worked out from the standard error",
        }
    )
    long = rates[(rates["arm"] == "not_said") & rates["sd"].notna()].iloc[0]
    rows.append(
        {
            "group": long.group,
            "loss": long.loss_percent_per_year,
            "sd": long.sd,
            "years": 1.0,
            "people": int(long.people),
            "source": long.source,
            "how": "printed, after years of follow-up",
        }
    )
    return pd.DataFrame(rows)


def _size(difference, sd, alpha, power):
    return planning.people_per_arm_z(difference, sd, alpha, power) if difference > 0 else None


def _size_text(difference, sd, alpha, power):
    people = _size(difference, sd, alpha, power)
    return NO_EXCESS if people is None else words.number(people)


def effects_around(effect):
    """Shares prevented for the picture: every twentieth from a fifth up, and the one asked for.

    >>> effects_around(0.33)[:4]
    [0.2, 0.25, 0.3, 0.33]
    """
    return sorted({effect, *(step / 20 for step in range(4, 21))})


def sizes_by_source(spreads, published, healthy_atrophy, effect, alpha, power):
    """People per arm by the normal formula for each published mean and spread, on all loss and on the loss in excess."""
    rows = [
        {
            "Group": f"{row.group}, {words.number(row.people)} people",
            "Loss (%)": words.number(row.loss, 2),
            "Spread (SD)": words.number(row.sd, 2),
            "How we have the spread": row.how,
            "Per group, all loss": _size_text(row.loss * effect, row.sd, alpha, power),
            "Per group, loss in excess": _size_text(
                (row.loss - abs(healthy_atrophy) * row.years) * effect, row.sd, alpha, power
            ),
            "Source": row.source,
        }
        for row in spreads.itertuples()
    ]
    ratio = published[published["measure"] == "whole brain volume"].iloc[0]
    rows.append(
        {
            "Group": f"{ratio.population.upper()}, two scans at each visit ({ratio.study}), {words.number(ratio.people_behind)} people",
            "Loss (%)": "",
            "Spread (SD)": "",
            "How we have the spread": f"only as a ratio: a loss of {words.number(ratio.mean_to_sd_ratio, 2)} spreads",
            "Per group, all loss": _size_text(ratio.mean_to_sd_ratio * effect, 1, alpha, power),
            "Per group, loss in excess": "",
            "Source": ratio.source,
        }
    )
    return pd.DataFrame(rows)


class MeanLimits(NamedTuple):
    """Interval of a mean loss, and the sizes per arm at its two ends (the larger loss needs fewer)."""

    smallest_loss: float
    largest_loss: float
    fewest: int
    most: int | None


def size_over_interval(loss, sd, people, effect, alpha, power, confidence):
    """Sizes per arm if the mean loss were at either end of its t interval; `most` is None where that end is not a loss.

    The placebo arm of MS-STAT: 0.584 with 0.498 in 70 people, half a width of 1.995 x 0.498 / sqrt(70) = 0.119.

    >>> [round(loss, 3) for loss in size_over_interval(0.584, 0.498, 70, 0.5, 0.05, 0.8, 0.95)[:2]]
    [0.465, 0.703]
    """
    half = float(t.isf((1 - confidence) / 2, people - 1)) * sd / sqrt(people)
    return MeanLimits(
        loss - half,
        loss + half,
        _size((loss + half) * effect, sd, alpha, power),
        _size((loss - half) * effect, sd, alpha, power),
    )


def people_needed(atrophy_mean, atrophy_sd, healthy_atrophy, alpha, power, effects):
    """For the picture: effect (share prevented), basis (all loss / loss beyond healthy ageing), people_per_arm."""
    bases = {
        "of all loss": planning.loss_prevented,
        "of the loss beyond healthy ageing": lambda mean, share: planning.excess_loss_prevented(
            mean, healthy_atrophy, share
        ),
    }
    return pd.DataFrame(
        [
            {
                "effect": effect,
                "basis": basis,
                "people_per_arm": planning.people_per_arm_z(prevented(atrophy_mean, effect), atrophy_sd, alpha, power),
            }
            for basis, prevented in bases.items()
            for effect in effects
        ]
    )


def people_needed_in_words(needed):
    """The same, one row an effect."""
    wide = needed.pivot(index="effect", columns="basis", values="people_per_arm").map(words.number).reset_index()
    wide["effect"] = wide["effect"].map(words.percent)
    named = {name: f"People per group, share {name}" for name in needed["basis"].unique()}
    return wide.rename(columns={"effect": "Share prevented"} | named).rename_axis(columns=None)


def sizes_by_formula(differences, sd, alpha, power, dropout):
    """The same question under several formulas; `differences` names each column's difference between the arms."""

    # the spread seen with a scan at either end of a year holds the error of two scans; a second one each time halves it
    scan = sd * sqrt(SCAN_PART / 2)
    twice = planning.slope_sd(sd * sqrt(1 - SCAN_PART), scan, [0, 0, 1, 1])

    def column(difference):
        exact = planning.people_per_arm_z_unrounded(difference, sd, alpha, power)
        whole = planning.rounded_up(exact)
        control = planning.people_per_arm_z_unrounded(difference, sd, alpha, power, ratio=CELLS_PER_CONTROL)
        fewer, more = planning.arms(control, CELLS_PER_CONTROL)
        return [
            words.number(whole),
            words.number(planning.people_per_arm_t(difference, sd, alpha, power)),
            words.number(planning.rounded_up(exact * planning.ancova_factor(CORRELATION))),
            words.number(planning.people_per_arm_z(difference, twice, alpha, power)),
            f"{words.number(more)} with cells, {words.number(fewer)} without",
            words.number(planning.with_dropout(whole, dropout)),
        ]

    names = [
        "Normal formula (z): spread taken as known",
        "Noncentral t: spread estimated in the trial",
        f"Adjusted for a value known before (ANCOVA), correlation {words.plain(CORRELATION)} assumed",
        f"Two scans at each end, {words.percent(SCAN_PART)} of the variance from scanning (z; assumed)",
        f"{words.sentence(words.in_words(CELLS_PER_CONTROL))} with cells for each one without (z)",
        f"To enrol, if {words.percent(dropout)} leave (z)",
    ]
    return pd.DataFrame({"People per group by": names} | {name: column(each) for name, each in differences.items()})


class Check(NamedTuple):
    """A size recomputed from a printed mean and standard error, its range over their rounding, the printed size."""

    computed: int
    lowest: int
    highest: int
    published: int
    sd: float


def van_den_elskamp(published):
    """The size of van den Elskamp and others from their own mean and standard error, at 5% and 80% (assumed).

    The range takes both printed numbers to the ends of what they were rounded from.

    >>> from trial import load
    >>> tuple(van_den_elskamp(load.table("sample_sizes")))[:4]
    (290, 277, 304, 283)
    """
    row = published[published["change_se_percent"].notna()].iloc[0]

    def size(mean, error):
        return planning.people_per_arm_z(
            mean * row.effect_percent / 100, error * sqrt(row.people_behind), USUAL_ALPHA, USUAL_POWER
        )

    mean, error = abs(row.change_mean_percent), row.change_se_percent
    mean_off, error_off = (
        float(Decimal(5).scaleb(Decimal(repr(float(x))).as_tuple().exponent - 1)) for x in (mean, error)
    )
    return Check(
        size(mean, error),
        size(mean + mean_off, error - error_off),
        size(mean - mean_off, error + error_off),
        int(row.people_per_arm),
        error * sqrt(row.people_behind),
    )


def published_sizes(published, effect, alpha, power):
    """Published sizes per arm beside what can be checked: one recomputed, the others only carried to our effect."""
    check, rows = van_den_elskamp(published), []
    for row in published[published["what"] == "published_size"].itertuples():
        checked = pd.notna(row.change_se_percent)
        scaled = planning.rounded_up(rescaled(row.people_per_arm, row.effect_percent / 100, effect, alpha, power))
        years = f"{words.plain(row.trial_years)} {'year' if row.trial_years == 1 else 'years'}"
        rows.append(
            {
                "Study": f"{row.study}: {row.population.upper()}, {row.measure}, {years}",
                "Effect sought": f"{words.plain(row.effect_percent)}%",
                "Power": "" if pd.isna(row.power_percent) else f"{words.plain(row.power_percent)}%",
                "Published": words.number(row.people_per_arm),
                "Recomputed": f"{check.computed} ({check.lowest} to {check.highest})" if checked else "",
                "Carried": words.number(scaled),
                "Source": row.source,
            }
        )
    return pd.DataFrame(rows)


# What hints were worth


def _trial(controlled, trial, **equal):
    rows = controlled[controlled["trial"] == trial]
    for column, value in equal.items():
        rows = rows[rows[column] == value]
    return rows.iloc[0]


def _effect(row, digits=2):
    limits = (
        "" if pd.isna(row.lower) else f" ({words.between(row.lower, row.upper, lambda x: words.number(x, digits))})"
    )
    return f"{row.effect_measure} {words.number(row.effect, digits)}{limits}"


def msstat_reduction(controlled):
    """Share of the yearly loss that MS-STAT prevented: its adjusted difference over the loss on placebo.

    >>> from trial import load
    >>> round(msstat_reduction(load.table("controlled_trials")), 3)
    0.435
    """
    row = _trial(controlled, "MS-STAT")
    return float(abs(row.effect) / row.comparator_value)


def early_hints(controlled, findings):
    """The record: an early sign, what came next, and whether a larger trial bore it out; both directions, all we read."""

    def pick(trial, **equal):
        return _trial(controlled, trial, **equal)

    def improved(trial):
        row = findings[(findings["trial"] == trial) & (findings["about"] == "disability")].iloc[0]
        return words.count_of(row.people_with, row.people)

    stat, later = pick("MS-STAT"), pick("MS-STAT2")
    sprint, acid, spinal = pick("SPRINT-MS"), pick("Lipoic acid"), pick("IT-MSC, IV-MSC or sham", value_unit="percent")
    cells, lesions = pick("MSC-NP phase II"), pick("MESEMS")
    volume, worse = pick("ORATORIO", value_unit="percent"), pick("ORATORIO", effect_measure="hazard ratio")
    smart = controlled[controlled["trial"] == "MS-SMART"]
    expand, ascend = pick("EXPAND"), pick("ASCEND")
    lost = findings[findings["finding"].str.contains("not fully kept")].iloc[0]
    rows = [
        (
            "Simvastatin in SPMS",
            f"MS-STAT ({stat.year}), {words.number(stat.people_treatment + stat.people_comparator)} people: "
            f"brain shrinkage {words.percent(msstat_reduction(controlled))} slower",
            f"MS-STAT2 ({later.year}), {words.number(later.people_treatment + later.people_comparator)} people: confirmed progression, "
            f"{_effect(later)}",
            "no",
            "msstat2014; msstat2_2025; msstat2_news",
        ),
        (
            "Cells (MSC-NP) in progressive MS",
            f"pilot: {improved('MSC-NP pilot')} improved; phase I: {improved('MSC-NP phase I')} "
            f"still better after two years ({lost.people_with} of these {lost.people} not fully so); nobody to compare with",
            f"phase II ({cells.year}), salt water as control: {words.plain(cells.treatment_value)}% improved with cells, "
            f"{words.plain(cells.comparator_value)}% without",
            "no; a subgroup walked better",
            "harris2016; harris2021; harris2024",
        ),
        (
            "Cells (mesenchymal) into the spinal fluid or a vein",
            f"a trial of six months ({spinal.year}) against sham: treatment failure in "
            f"{words.plain(spinal.treatment_value)}% (spinal fluid) v {words.plain(spinal.comparator_value)}%",
            "no larger trial of it in what we read",
            "outcome met; not repeated in what we read",
            "petrou_tab",
        ),
        (
            "Cells (mesenchymal) in MS",
            "earlier studies without a control group, pooled: no sign of activity in "
            f"{_no_activity(findings)}% at a year",
            f"MESEMS ({lesions.year}): new lesions, {_effect(lesions)}",
            "no",
            "amsc_meta2019; mesems2021",
        ),
        (
            "Ibudilast in PPMS and SPMS",
            f"SPRINT-MS ({sprint.year}): brain shrinkage {words.plain(sprint.effect)}% slower, in PPMS and not in SPMS",
            "no larger trial of it in what we read",
            "outcome met; not repeated in what we read",
            "sprintms",
        ),
        (
            "Lipoic acid in SPMS",
            f"{words.number(acid.people_treatment + acid.people_comparator)} people ({acid.year}): loss of "
            f"{words.number(-acid.treatment_value, 2)} v {words.number(-acid.comparator_value, 2)}% a year",
            "no larger trial of it in what we read",
            "outcome met; not repeated in what we read",
            "spain2017",
        ),
        (
            "Three drugs in SPMS (MS-SMART)",
            "why these drugs were chosen is not in what we read",
            f"MS-SMART ({smart.year.iloc[0]}): brain volume against placebo, "
            f"{words.between(smart.effect.min(), smart.effect.max(), lambda x: words.number(x, 1))} percentage points (limits, at the "
            f"widest, {words.between(smart.lower.min(), smart.upper.max(), lambda x: words.number(x, 1))})",
            "no",
            "mssmart2020",
        ),
        (
            "Ocrelizumab in PPMS",
            f"ORATORIO ({volume.year}): brain volume {words.number(volume.treatment_value, 2)} v "
            f"{words.number(volume.comparator_value, 2)}%",
            f"the same trial: confirmed progression, {_effect(worse)}",
            "yes: volume and disability agree",
            "oratorio",
        ),
        (
            "Siponimod and natalizumab in SPMS",
            "what came before is not in what we read",
            f"EXPAND ({expand.year}): {words.plain(expand.effect)}% lower risk of progression; ASCEND ({ascend.year}): {_effect(ascend)}",
            "one yes, one no",
            "expand; ascend",
        ),
    ]
    columns = ["What", "The early sign", "What a larger or controlled trial found", "Borne out?"]
    return pd.DataFrame(
        [[words.sentence(part) for part in row[:-1]] + [row[-1]] for row in rows], columns=[*columns, "Source"]
    )


def _no_activity(findings):
    row = findings[findings["finding"].str.startswith("no evidence of disease activity")].iloc[0]
    return words.plain(row.value)


# How long, and how to watch


class Pace(NamedTuple):
    """How long twelve people took by the recorded dates, and how long the waits of the rules require."""

    people: int
    recorded_days: int
    rule_days: int

    @property
    def recorded_months(self):
        """Months from the recorded start to the last injection, if the recorded end is the last visit."""
        return self.recorded_days / DAYS_PER_MONTH

    @property
    def rule_months(self):
        """Months from first to last injection if every wait is as short as allowed."""
        return self.rule_days / DAYS_PER_MONTH


def recorded_pace(cohorts, rules, cohort_gap_days):
    """Days for all injections: by the recorded dates less the follow-up, and by the rules.

    >>> from trial import load
    >>> recorded_pace(load.table("cohorts"), load.table("design_rules").set_index("rule"), 91)
    Pace(people=12, recorded_days=850, rule_days=385)
    """
    ended = int(recorded_dates(rules)["day"].iloc[-1])
    return Pace(
        int(cohorts["people_treated"].sum()),
        ended - 7 * int(rules.value.follow_up_weeks),
        int(earliest_calendar(cohorts, rules, cohort_gap_days)["injection_day"].max()),
    )


def _years(value):
    return "longer than any trial could run" if value > LONGEST_YEARS else words.number(value, 1)


def years_in_words(value):
    """Years as words for a sentence, with a bound beyond which no number means anything.

    >>> years_in_words(9.14), years_in_words(1785213.3)
    ('9.1 years', 'longer than any trial could run')
    """
    return _years(value) + ("" if value > LONGEST_YEARS else " years")


def time_to_enrol(people, pace, follow_up_weeks, centres=(1, 5, 10, 20)):
    """Years to enrol and to finish with so many centres, each at the pace of this trial: recorded, and by its waits."""

    def years(number, months):
        return people / pace.people * months / number / 12

    after = 7 * follow_up_weeks / 365.25
    return pd.DataFrame(
        [
            {
                "Centres": words.number(number),
                "Years to enrol, recorded pace": _years(years(number, pace.recorded_months)),
                "Years to the last visit": _years(years(number, pace.recorded_months) + after),
                "Years to enrol, waits of the rules only": _years(years(number, pace.rule_months)),
                "Years to the last visit, waits only": _years(years(number, pace.rule_months) + after),
            }
            for number in centres
        ]
    )


def harm_to_exclude(rates, treated, confidence, dropout):
    """People given cells and unharmed who exclude a rate of harm, and whether a trial with so many treated is enough."""
    rows = []
    for rate in rates:
        needed = planning.people_to_exclude_harm(rate, confidence, 0)
        rows.append(
            {
                "Harm that strikes": words.one_in(rate),
                "People with cells, none harmed": words.number(needed),
                f"To enrol, if {words.percent(dropout)} leave": words.number(
                    planning.people_to_exclude_harm(rate, confidence, dropout)
                ),
                "Chance that the trial sees at least one": words.in_hundred(
                    1 - intervals.probability_none(rate, treated)
                ),
                "Is the trial on brain volume large enough?": "yes" if treated >= needed else "no",
            }
        )
    return pd.DataFrame(rows)


def donors(people, numbers=(1, 2, 4, 8), alike=(0.01, 0.05, 0.1)):
    """How many people an arm of this size counts for, by number of donors and by how alike cells of a donor act."""
    return pd.DataFrame(
        {"Donors behind the cells": [words.in_words(number) for number in numbers]}
        | {
            f"if {words.percent(share)} of the spread is between donors (assumed)": [
                words.number(planning.effective_people(people, number, share)) for number in numbers
            ]
            for share in alike
        }
    )


# Designs

DESIGN_COLUMNS = ["design", "slug", "outcome", "effect_sought", "arms", "people_per_arm", "people_enrolled", "years"]
DESIGN_COLUMNS += ["sceptical", "neutral", "enthusiastic", "leans_on"]


def _progression(progression):
    """The control group taken for people like these: most of ASCEND began at an EDSS of 6.0 to 6.5."""
    return progression[(progression["trial"] == "ASCEND") & (progression["arm"] == "placebo")].iloc[0]


def siponimod_reduction(controlled):
    """Share by which siponimod lowered the risk of confirmed progression (EXPAND).

    >>> from trial import load
    >>> siponimod_reduction(load.table("controlled_trials"))
    0.21
    """
    return float(_trial(controlled, "EXPAND").effect) / 100


def size_for_progression(lowered, progression, alpha, power):
    """People per arm if so large a share fewer get worse than on placebo in ASCEND (normal formula for two shares)."""
    worse = _progression(progression).value / 100
    return planning.people_per_arm_shares(worse, worse * (1 - lowered), alpha, power)


CENTRES = 10  # assumed for the duration of a design


def designs(planned, controlled, published, progression, beliefs, pace, follow_up_weeks):
    """Designs side by side, each with the assumptions behind its size, its duration and its chances of success.

    `planned`: the chapter's parameters by name (atrophy_mean, atrophy_sd, healthy_atrophy, effect, alpha, power,
    dropout, confidence, lesions_per_year); the tables as loaded; three beliefs (mean, SD) of the share prevented; the
    recorded pace. Out: design, slug, outcome, effect_sought, arms, people_per_arm (complete), people_enrolled (in all),
    years (to the last visit, with ten centres), sceptical, neutral, enthusiastic (chances of success), leans_on. Empty
    numbers: nothing of the kind can be worked out.
    """
    mean, sd, healthy, effect, alpha, power = (
        planned[name] for name in ("atrophy_mean", "atrophy_sd", "healthy_atrophy", "effect", "alpha", "power")
    )
    total, reduction = planning.loss_prevented(mean, 1), msstat_reduction(controlled)
    beyond = planning.excess_loss_prevented(mean, healthy, 1)
    lowered, worse = siponimod_reduction(controlled), _progression(progression)
    cord = published[(published["measure"] == "spinal cord area") & (published["population"] == "spms")].iloc[0]
    spread = f"a spread of {words.plain(sd)} (assumed at this stage)"
    as_ascend = f"{words.plain(worse.value)}% worse in {words.number(worse.weeks)} weeks without treatment, as in ASCEND (assumed)"
    years, half = 7 * follow_up_weeks / 365.25, words.percent(effect)
    rows = []

    def add(design, slug, outcome, sought, people, leans_on, chance, arms=2, after=years):
        chances = [None if chance is None or people is None else chance(people, *belief) for belief in beliefs]
        enrolled = None if people is None else arms * planning.with_dropout(people, planned["dropout"])
        lasts = None if enrolled is None else enrolled / pace.people * pace.recorded_months / 12 / CENTRES + after
        row = (design, slug, outcome, sought, arms, people, enrolled, lasts, *chances, leans_on)
        rows.append(dict(zip(DESIGN_COLUMNS, row, strict=True)))

    def add_volume(design, slug, sought, loss, share, leans_on, arms=2, level=alpha):
        people = planning.people_per_arm_z(loss * share, sd, level, power)
        add(
            design,
            slug,
            "brain volume",
            sought,
            people,
            f"{spread}; {leans_on}",
            lambda people, m, s: assurance.assurance(m, s, people, sd, loss, level),
            arms,
        )

    def add_disability(design, slug, share, leans_on):
        control = worse.value / 100
        add(
            design,
            slug,
            "EDSS or composite, confirmed progression",
            f"{words.percent(share)} fewer people worse",
            size_for_progression(share, progression, alpha, power),
            leans_on,
            lambda people, m, s: assurance.assurance_shares(m, s, people, control, alpha),
            after=7 * worse.weeks / 365.25,
        )

    add_volume(
        "Two groups, all loss",
        "all_loss",
        f"{half} of all loss prevented",
        total,
        effect,
        "even ageing would be slowed",
    )
    add_volume(
        "Two groups, loss in excess",
        "excess",
        f"{half} of the loss beyond healthy ageing prevented",
        beyond,
        effect,
        f"healthy loss of {words.plain(-healthy)}% a year (assumed)",
    )
    add_volume(
        "Two groups, effect as in MS-STAT",
        "msstat",
        f"{words.percent(reduction)} of all loss prevented",
        total,
        reduction,
        "an effect seen once, with another drug",
    )
    add_volume(
        "Three groups, with sham alone",
        "three_groups",
        f"{half} of all loss prevented",
        total,
        effect,
        "each of two comparisons at half the level",
        arms=3,
        level=alpha / 2,
    )
    add_disability("Two groups, getting worse", "progression", effect, as_ascend)
    add_disability(
        "Two groups, effect as in EXPAND", "expand", lowered, f"{as_ascend}; a lower risk taken as a lower share"
    )
    lesion = intervals.at_least_one_poisson(planned["lesions_per_year"] * years)
    spared = intervals.at_least_one_poisson(planned["lesions_per_year"] * years * (1 - effect))
    add(
        "Two groups, new spots",
        "new_lesion",
        "a new spot on a scan",
        f"{half} fewer new spots",
        _exact_or_none(lesion, spared, alpha, power),
        f"{words.in_hundred(lesion)} have one in {words.number(follow_up_weeks)} weeks without treatment (assumed rate, spread by "
        "chance alone); Fisher's exact test; chances by the normal formula",
        None
        if not 0 < lesion < 1
        else lambda people, m, s: assurance.assurance_by_quadrature(
            lambda share: planning.power_shares(
                people, lesion, 1 - np.power(1 - lesion, np.maximum(1 - share, 0)), alpha
            ),
            m,
            s,
        ),
    )
    seen = abs(cord.effect_percent) / 100
    step = 1 / (seen * sqrt(cord.people_per_arm / planning.people_per_arm_z_unrounded(1, 1, USUAL_ALPHA, USUAL_POWER)))
    add(
        "Two groups, spinal cord",
        "spinal_cord",
        "area of the spinal cord",
        f"{half} of its loss prevented",
        planning.rounded_up(rescaled(cord.people_per_arm, seen, effect, alpha, power)),
        f"carried from a size published from {words.number(cord.people_behind)} people",
        lambda people, m, s: assurance.assurance(m, s, people, 1, step, alpha),
        after=float(cord.trial_years),
    )
    add(
        "One group, harm",
        "harm",
        f"harm that strikes {words.one_in(0.05)}",
        "excluded if nobody is harmed",
        planning.people_to_exclude_harm(0.05, planned["confidence"], 0),
        f"{words.percent(planned['confidence'])}, one-sided; says nothing on benefit",
        None,
        arms=1,
    )
    return pd.DataFrame(rows, columns=DESIGN_COLUMNS).astype(
        dict.fromkeys(["people_per_arm", "people_enrolled", *BELIEFS], float)
    )


def _exact_or_none(control, treated, alpha, power):
    try:
        return planning.people_per_arm_fisher(control, treated, alpha, power)
    except ValueError:
        return None


def _or_else(value, form, otherwise):
    return otherwise if pd.isna(value) else form(value)


def designs_in_words(table):
    """The same as texts."""
    rows = table.to_dict("records")
    return pd.DataFrame(
        {
            "Design": table["design"],
            "Outcome": table["outcome"].map(words.sentence),
            "Effect sought": table["effect_sought"].map(words.sentence),
            "Per group, to the end": [
                _or_else(row["people_per_arm"], words.number, "no size up to 300 was found") for row in rows
            ],
            "To enrol in all": [_or_else(row["people_enrolled"], words.number, "") for row in rows],
            f"Years to the last visit, {words.in_words(CENTRES)} centres at the recorded pace (assumed)": [
                _or_else(row["years"], _years, "") for row in rows
            ],
            "Chance of success: sceptical, neutral, enthusiastic belief (assumed)": [
                _or_else(
                    row["sceptical"],
                    lambda _, row=row: ", ".join(words.percent(row[name]) for name in BELIEFS),
                    "no effect is sought" if row["arms"] == 1 else "",
                )
                for row in rows
            ],
            "What it leans on": table["leans_on"].map(words.sentence),
        }
    )


def design_records(table):
    """The designs as named results: size, people to enrol, years, chance of success under each belief."""
    kinds = {
        "people_per_arm": ("people", "complete, per arm"),
        "people_enrolled": ("people", "in all arms, after dropout"),
        "years": ("years", f"to the last visit, {CENTRES} centres at the recorded pace (assumed)"),
    } | {name: ("probability", f"assurance under the {name} prior, normal formula or quadrature") for name in BELIEFS}
    return pd.DataFrame(
        [
            {
                "name": f"next_trial.design_{row['slug']}__{column}",
                "value": row[column],
                "unit": unit,
                "method": f"{row['design']}; {how}; {row['leans_on']}",
            }
            for row in table.to_dict("records")
            for column, (unit, how) in kinds.items()
            if not pd.isna(row[column])
        ]
    )


def standardised(difference, sd):
    """A difference in units of the spread, and the share of treated people who beat a random untreated one.

    One spread, by hand: Phi(1 / sqrt 2).

    >>> round(standardised(1, 1)[1], 4)
    0.7602
    """
    return difference / sd, float(norm.cdf(difference / sd / sqrt(2)))


# Beliefs


SPREADS = (50, 100, 150, 200)  # % of the spread assumed, for the reader to try
LEAVING = (0, 10, 20, 30, 40)  # % of the people enrolled
HOPED = (10, 20, 30, 40, 50, 60, 70, 80, 90, 100)  # % of the loss prevented
SHARE_OF_CEILING = 0.95


def beliefs_in_effect(sceptical, neutral, enthusiastic, per_arm, atrophy_mean, atrophy_sd, alpha, useless):
    """What a trial of this size is worth under each belief, a pair (mean, SD) of a normal curve for the share prevented.

    Out: belief, mean, sd, ceiling (belief in any effect), more_than_total (belief in a share above 1), assurance,
    success_and_useless, useless_given_success, people_for_ceiling (per arm, complete, for 95% of the ceiling; None where
    there is no such size up to the largest).
    """
    loss, rows = abs(atrophy_mean), []
    for name, (mean, sd) in zip(BELIEFS, (sceptical, neutral, enthusiastic), strict=True):
        assured = assurance.assurance(mean, sd, per_arm, atrophy_sd, loss, alpha)
        both = assurance.success_and_useless(mean, sd, per_arm, atrophy_sd, loss, alpha, useless)
        try:
            people = assurance.people_for_assurance(SHARE_OF_CEILING, mean, sd, atrophy_sd, loss, alpha)
        except ValueError:
            people = None
        rows.append(
            {
                "belief": name,
                "mean": mean,
                "sd": sd,
                "ceiling": assurance.assurance_ceiling(mean, sd),
                "more_than_total": float(norm.sf((1 - mean) / sd)),
                "assurance": assured,
                "success_and_useless": both,
                "useless_given_success": both / assured if assured > 1e-9 else None,
                "people_for_ceiling": people,
            }
        )
    return pd.DataFrame(rows).astype({"useless_given_success": float, "people_for_ceiling": object})


def beliefs_in_effect_in_words(table, per_arm, useless):
    """The same as texts."""
    return pd.DataFrame(
        {
            "Belief": table["belief"].map(words.sentence),
            "Share prevented, mean (SD)": [
                f"{words.plain(row.mean, 3)} ({words.plain(row.sd, 3)})"
                for row in table[["mean", "sd"]].itertuples(index=False, name="Belief")
            ],
            f"Success with {words.number(per_arm)} a group": table["assurance"].map(words.in_hundred),
            "At most, with any size": table["ceiling"].map(words.in_hundred),
            f"Success although {words.percent(useless)} or less is prevented": table["success_and_useless"].map(
                words.in_hundred
            ),
            "Of a hundred successes, such ones": [
                "" if pd.isna(share) else words.in_hundred(share) for share in table["useless_given_success"]
            ],
            f"People a group for {words.percent(SHARE_OF_CEILING)} of the most": [
                "more than any trial could have" if pd.isna(people) else words.number(people)
                for people in table["people_for_ceiling"]
            ],
        }
    )


def success_curves(table, atrophy_mean, atrophy_sd, alpha, effect, per_arm):
    """Chance of success against size: people_per_arm, curve ("hoped" or a belief), chance; sizes a tenth of a decade apart."""
    loss = abs(atrophy_mean)
    sizes = sorted({per_arm, *(max(2, round(per_arm * 10 ** (step / 10))) for step in range(-7, 17))})
    return pd.DataFrame(
        [
            {"people_per_arm": people, "curve": curve, "chance": chance}
            for people in sizes
            for curve, chance in [
                ("hoped", planning.power_z(people, loss * effect, atrophy_sd, alpha).in_favour),
                *(
                    (row["belief"], assurance.assurance(row["mean"], row["sd"], people, atrophy_sd, loss, alpha))
                    for row in table.to_dict("records")
                ),
            ]
        ]
    )


def success_grid(table, atrophy_mean, atrophy_sd, alpha, effect, enrolled, dropout):
    """The same for a reader's own effect, spread and dropout, so many people enrolled in each group.

    Out: effect, spread (% of atrophy_sd), dropout (whole per cent), chances by curve (hoped and the beliefs), equivalent
    (people per arm who would see as much at the spread assumed). With the spread known all three only stretch the size.
    """
    loss, kept = abs(atrophy_mean), table.to_dict("records")
    chosen = round(100 * effect), 100, round(100 * dropout)
    efforts, spreads, leaving = (
        sorted({own, *usual}) for own, usual in zip(chosen, (HOPED, SPREADS, LEAVING), strict=True)
    )
    rows = []
    for spread in spreads:
        for share in leaving:
            stays = 1 - dropout if share == chosen[2] else 1 - share / 100
            people, sd = int(enrolled * stays + 1e-9), atrophy_sd * spread / 100
            if people < 1:
                continue
            chances = {
                row["belief"]: assurance.assurance(row["mean"], row["sd"], people, sd, loss, alpha) for row in kept
            }
            for percent in efforts:
                hoped = effect if percent == chosen[0] else percent / 100
                rows.append(
                    {
                        "effect": percent,
                        "spread": spread,
                        "dropout": share,
                        "hoped": planning.power_z(people, loss * hoped, sd, alpha).in_favour,
                        **chances,
                        "equivalent": people / (spread / 100) ** 2,
                    }
                )
    return pd.DataFrame(rows)


# Watching, and looking early


RUN_IN_PEOPLE, TOLERABLE, SURE, PRIOR_PEOPLE = 20, 0.1, 0.9, 2  # assumed: a rule a sceptic may replace
TRUE_RATES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4)
LOOK_SHARE, LOOK_BOUND = 0.5, 0.0  # assumed: half of the people seen, stop unless the cells are ahead


def run_in_rule():
    """The stopping rule of the safety run-in: people harmed, and the first people among whom so many stop it."""
    counts = stopping.stopping_counts(RUN_IN_PEOPLE, TOLERABLE, SURE, PRIOR_PEOPLE)
    reached = {}
    for seen, limit in enumerate(counts, start=1):
        if limit <= seen:
            reached[limit] = seen
    return pd.DataFrame({"harmed": list(reached), "among_at_most": list(reached.values())}), counts


def run_in(counts):
    """Exact characteristics of the rule by true rate: rate, p_stop, expected_people, expected_harmed."""
    return pd.DataFrame([{"rate": rate, **stopping.run_in(rate, counts)._asdict()} for rate in TRUE_RATES])


def run_in_in_words(table):
    """The same as texts."""
    return pd.DataFrame(
        {
            "If such harm truly strikes": table["rate"].map(words.percent),
            "The run-in is stopped": table["p_stop"].map(words.in_hundred),
            "People treated, on average": table["expected_people"].map(lambda people: words.number(people, 1)),
            "People harmed, on average": table["expected_harmed"].map(lambda people: words.number(people, 1)),
        }
    )


def early_look(effects, per_arm, atrophy_mean, sd, alpha):
    """One early look by true effect (shares prevented): effect, p_stop, power, power_lost, expected_people (per arm)."""
    return pd.DataFrame(
        [
            {
                "effect": effect,
                **stopping.futility_look(
                    per_arm, abs(atrophy_mean) * effect, sd, alpha, LOOK_SHARE, LOOK_BOUND
                )._asdict(),
            }
            for effect in effects
        ]
    )


def early_look_in_words(table):
    """The same as texts."""
    return pd.DataFrame(
        {
            "If the cells truly prevent": [
                "nothing" if effect == 0 else words.percent(effect) for effect in table["effect"]
            ],
            "Stopped early": table["p_stop"].map(words.in_hundred),
            "Success in the end": table["power"].map(words.in_hundred),
            "Success lost by looking": [words.percent(abs(lost)) for lost in table["power_lost"]],
            "People a group, on average": table["expected_people"].map(lambda people: words.number(people, 1)),
        }
    )


def rule_in_words(rule):
    """The rule as words: so many of the first so many people.

    >>> rule_in_words(run_in_rule()[0])
    'two of the first five, three of the first eleven, four of the first 18 or five of the first 20 people'
    """
    parts = [
        f"{words.in_words(row.harmed)} of the first {words.in_words(row.among_at_most)}" for row in rule.itertuples()
    ]
    return " or ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part) + " people"


def run_in_note():
    """What the stopping rule assumes, for the note under its table."""
    return (
        f"Assumed: it stops where a rate above {words.percent(TOLERABLE)} has a posterior probability of {words.percent(SURE)} or more, "
        f"under a beta prior whose mean is that rate and whose weight is that of {words.in_words(PRIOR_PEOPLE)} people."
    )


def look_note():
    """What the early look assumes, for the note under its table."""
    return (
        f"Assumed: when {words.percent(LOOK_SHARE)} of the people have finished, the trial stops unless the treated group is ahead; "
        "the final test stays as it was. Two normal z values, integrated numerically."
    )


def belief_records(table, useless):
    """Assurance, ceiling and the worth of a success under each belief as named results."""
    kinds = {
        "assurance": "closed form, spread known, two-sided test in favour, at n_per_arm",
        "ceiling": "belief in any effect in favour",
        "success_and_useless": f"quadrature; at most {useless:g} of the loss prevented",
        "useless_given_success": f"quadrature; at most {useless:g} of the loss prevented",
        "people_for_ceiling": f"fewest people per arm for {SHARE_OF_CEILING:g} of the ceiling",
    }
    return pd.DataFrame(
        [
            {
                "name": f"next_trial.{column}_{row['belief']}",
                "value": row[column],
                "unit": "people" if column.startswith("people") else "probability",
                "method": f"{how}; normal prior, mean {row['mean']:g}, SD {row['sd']:g}",
            }
            for row in table.to_dict("records")
            for column, how in kinds.items()
            if not pd.isna(row[column])
        ]
    )


def watching_records(counts, looks):
    """The run-in and the early look as named results."""
    rows = [
        (f"run_in_{part}__{100 * row.rate:g}pct", getattr(row, part), unit, "exact, stated stopping rule (assumed)")
        for row in run_in(counts).itertuples()
        for part, unit in (("p_stop", "probability"), ("expected_people", "people"))
    ] + [
        (
            f"look_{part}__{name}",
            getattr(row, part),
            unit,
            "quadrature; bivariate normal, half of the people, bound 0 (assumed)",
        )
        for name, row in zip(("nothing", "useless", "effect"), looks.itertuples(), strict=True)
        for part, unit in (
            ("p_stop", "probability"),
            ("power_lost", "probability"),
            ("expected_people", "people per arm"),
        )
    ]
    return pd.DataFrame([{"name": f"next_trial.{n}", "value": v, "unit": w, "method": m} for n, v, w, m in rows])
