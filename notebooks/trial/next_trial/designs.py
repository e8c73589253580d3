"""Chapter 05: designs to choose from, and what a trial is worth under each belief in the effect."""

from functools import partial
from math import inf, isfinite, sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from trial import parameters, words
from trial.imaging.new_lesions import model_name
from trial.methods import assurance, planning
from trial.next_trial import bench, conduct, scans, sizes

# What the page calls each belief: "the ... belief" in a sentence.
BELIEFS = {
    "sceptical": "sceptical",
    "neutral": "neutral",
    "optimistic": "optimistic",
    "enthusiastic": "as wide as three against nine people leave it",
}
# what the last is called where a reader chose it, or the loss or spread it follows from
WIDE = {"enthusiastic": "wide"}
SHOWN = list(BELIEFS)[:3]  # of the beliefs, those in the table of designs
# trials whose own pair of hazard ratio and control share sizes a design
PAIRS = {"ORATORIO": "oratorio", "EXPAND": "expand"}
HANDS = "ORATORIO-HAND"
ASKED = (0.2, 0.3, 0.4, 0.5)  # shares prevented that are set side by side
CENTRES = 10  # assumed for the duration of a design


WHOSE = "Sceptic", "Neutral", "Optimist"  # heads of the chances of success by each belief of SHOWN
BELIEVED_IN = "brain volume"  # the outcome that the beliefs are about: for no other one a chance of success is told


def _chance(outcome, chance):
    return words.percent(chance) if outcome.startswith(BELIEVED_IN) and not pd.isna(chance) else ""


def _assumed(outcome, effect_sought, leans_on):
    return words.sentence(f"{outcome}: {effect_sought}; {leans_on}")


DESIGNS = {
    "Design": "design",
    "Per group": ("people_per_arm", sizes.people_or("no size by this formula")),
    **{f"at {words.percent(share)}": (f"at_{100 * share:g}", sizes.people_or("none")) for share in ASKED},
    "In all": ("people_enrolled", words.number),
    "Years": ("years", conduct.YEARS),
    **{head: (("outcome", belief), _chance) for belief, head in zip(SHOWN, WHOSE, strict=True)},
    "Sought, and assumed": (("outcome", "effect_sought", "leans_on"), _assumed),
}


def _worse(progression, trial, outcome="progression"):
    """The control group of a trial: the share that got worse, by that trial's own definition, and in how many weeks."""
    row = conduct.first_of(progression[progression["arm"] == "placebo"], trial, outcome)
    return row.value / 100, row.weeks


SOURCES = ("msstat2014", "bvl2018", "ascend", "oratorio", "oratorio_hand", "expand", "cawley2017", "altmann2009")


def note(planned, until_gone):
    """What stands under the table of designs; `until_gone`: people per arm of EXPAND's pair if who leaves counts until then."""
    power, alpha = (words.level(planned[name]) for name in ("power", "alpha"))
    return (
        f"Power {power}, two-sided level {alpha}, {sizes.leave(planned['dropout'])} the trial. Per group: complete, for the effect sought, then at each "
        f"share prevented; in all: enrolled; years: to the last visit, {words.in_words(CENTRES)} centres at the recorded pace of one that "
        "raised the dose (assumed); "
        f"{words.listed([head.lower() for head in WHOSE])}: chance of success by each belief, which is about brain volume and says "
        "nothing of other outcomes. Without a size: the design has an effect of its own. People who leave count for nothing here, which is on the careful side where events are counted: counted "
        f"until they go, the pair of EXPAND takes {words.number(until_gone)} a group and {words.number(2 * until_gone)} in all."
    )


def chosen_in_words(borrowed):
    """What a reader put in the place of what other trials printed, as a sentence; "" where that is nothing.

    >>> chosen_in_words({"worse_spms": 0.32, "hazard_ratio_spms": 0.7})
    'In this rerun numbers that a reader chose stand in the place of what other trials printed, also where a trial is named: hazard_ratio_spms 0.7.'
    """
    changed = [f"{name} {words.plain(value)}" for name, value in parameters.differing(**borrowed).items()]
    before = "In this rerun numbers that a reader chose stand in the place of what other trials printed, also where a trial is named"
    return f"{before}: {words.listed(changed)}." if changed else ""


def composite_worse(progression):
    """The share of ASCEND's placebo group that got worse on its composite."""
    return float(_worse(progression, "ASCEND")[0])


class EventsSize(NamedTuple):
    """An outcome sized by events: control share that gets worse, hazard ratio, events in all (to the nearest), people per arm."""

    worse: float
    hazard_ratio: float
    events: int
    people_per_arm: int


def size_by_events(worse, hazard_ratio, alpha, power):
    """The size of a log-rank test, if so many of the control group get worse, as EventsSize (Schoenfeld)."""
    events = words.whole(planning.events_logrank(hazard_ratio, alpha, power))
    return EventsSize(worse, hazard_ratio, events, planning.people_per_arm_logrank(worse, hazard_ratio, alpha, power))


def size_as(trial, controlled, progression, alpha, power, outcome="progression"):
    """The size of one trial's own pair: its hazard ratio, and the share that got worse on its placebo, by an outcome named so.

    >>> from trial import load
    >>> tables = load.table("controlled_trials"), load.table("progression")
    >>> asked = ("ORATORIO", "12-week"), ("ORATORIO", "24-week"), ("EXPAND", "progression")
    >>> [size_as(trial, *tables, 0.05, 0.8, outcome).people_per_arm for trial, outcome in asked]
    [589, 594, 970]
    """
    worse = _worse(progression, trial, outcome)[0]
    return size_by_events(worse, conduct.hazard_ratio(controlled, trial, outcome), alpha, power)


def _new_lesions(planned, follow_up_weeks):
    """New or enlarging lesions of an untreated person over the trial, on average."""
    return planned["lesions_per_year"] * 7 * follow_up_weeks / 365.25


def _cord(published, population):
    sized = (published["measure"] == "spinal cord area") & (published["what"] == "published_size")
    return published[sized & (published["population"] == population)].iloc[0]


def _by_slug(planned, controlled, published, progression, follow_up_weeks):
    """Designs by slug: people per arm (inf: none found), chance of success by mean and SD of a belief, years followed."""
    mean, sd, effect, alpha, power = (planned[n] for n in ("atrophy_mean", "atrophy_sd", "effect", "alpha", "power"))
    years, (composite, weeks) = 7 * follow_up_weeks / 365.25, _worse(progression, "ASCEND")
    total, left = planning.loss_prevented(mean, 1), round(1 - effect, 9)

    def volume(loss, share, level=alpha, spread=sd):
        people = planning.people_per_arm_z(loss * share, spread, level, power)
        return people, lambda m, s: bench.chance(people, spread, loss, share, (m, s), level), years

    def disability(worse, hazard_ratio, followed):
        if hazard_ratio <= 0:
            return inf, None, followed
        people = planning.people_per_arm_logrank(worse, hazard_ratio, alpha, power)
        curve = partial(_spared, partial(planning.power_logrank, people, worse, alpha=alpha))
        return people, partial(assurance.assurance_by_quadrature, curve), followed

    def new_lesions():
        counted = _new_lesions(planned, follow_up_weeks), planned["lesion_dispersion"]
        if left < planning.LEAST_RATIO:
            return inf, None, years
        people = planning.people_per_arm_rates(counted[0], left, counted[1], alpha, power)
        rates = partial(planning.power_rates, people, counted[0], dispersion_k=counted[1], alpha=alpha)
        return people, partial(assurance.assurance_by_quadrature, partial(_spared, rates)), years

    pairs = {trial: size_as(trial, controlled, progression, alpha, power) for trial in PAIRS}
    slope = scans.slopes(total * effect, sd, published, follow_up_weeks, alpha, power).iloc[-1]
    return {
        "all_loss": volume(total, effect),
        "excess": volume(planning.excess_loss_prevented(mean, planned["healthy_atrophy"], 1), effect),
        "slopes": volume(total, effect, spread=float(slope[f"sd_{scans.REBASE_WEEK}"])),
        "msstat": volume(total, conduct.msstat_reduction(controlled)),
        "three_groups": volume(total, effect, level=bench.level(3, alpha)),
        "progression": disability(composite, left, 7 * weeks / 365.25),
        "hands": disability(composite, conduct.hazard_ratio(controlled, HANDS), 7 * weeks / 365.25),
        **{slug: disability(pairs[trial].worse, pairs[trial].hazard_ratio, years) for trial, slug in PAIRS.items()},
        "new_lesion": new_lesions(),
        "spinal_cord": _spinal_cord(_cord(published, "spms"), effect, alpha, power),
        "harm": (planning.people_to_exclude_harm(0.05, planned["confidence"], 0), None, years),
    }


def _spinal_cord(cord, effect, alpha, power):
    """The same for the area of the spinal cord, its published size carried to another effect, level and power."""
    seen = abs(cord.effect_percent) / 100
    base = planning.people_per_arm_z_unrounded(1, 1, sizes.USUAL_ALPHA, sizes.USUAL_POWER)
    people = planning.rounded_up(sizes.rescaled(cord.people_per_arm, seen, effect, alpha, power))
    step = 1 / (seen * sqrt(cord.people_per_arm / base))
    return people, lambda m, s: assurance.assurance(m, s, people, 1, step, alpha), float(cord.trial_years)


def _spared(power_by_ratio, share):
    """Power by a ratio of hazards or rates, as a function of the share that is prevented; more than all counts as nearly all."""
    return power_by_ratio(np.maximum(1 - np.asarray(share), 0.001))


def sized(judged, planned, controlled, published, progression, beliefs, pace, follow_up_weeks):
    """Designs side by side, each with the assumptions behind its size, its duration and its chances of success.

    In: the table designs; `planned`: the chapter's parameters by name (atrophy_mean, atrophy_sd, healthy_atrophy,
    effect, alpha, power, dropout, confidence, lesions_per_year, lesion_dispersion); the tables as loaded; a belief
    (mean, SD) of the share prevented for each of BELIEFS; the recorded pace. Out: the table, numbers filled in, with
    people_per_arm (complete; inf: none found), people_enrolled (in all), years (to the last visit, with ten centres)
    and chances of success by belief. Missing numbers: nothing of the kind can be worked out.
    """
    by_slug = _by_slug(planned, controlled, published, progression, follow_up_weeks)
    numbers = _numbers_by_name(planned, controlled, published, progression, follow_up_weeks)
    made = conduct.with_numbers(judged, ["outcome", "effect_sought", "leans_on"], **numbers)
    rows = []
    for slug, arms in zip(made["slug"], made["arms"], strict=True):
        people, chance, after = by_slug[slug]
        enrolled = arms * planning.with_dropout(people, planned["dropout"]) if isfinite(people) else None
        years = None if enrolled is None else enrolled / pace.people * pace.recorded_months / 12 / CENTRES + after
        rows.append((people, enrolled, years, *(chance(*belief) if chance else None for belief in beliefs)))
    made[["people_per_arm", "people_enrolled", "years", *BELIEFS]] = pd.DataFrame(rows, dtype=float).to_numpy()
    return made


def _numbers_by_name(planned, controlled, published, progression, follow_up_weeks):
    """What stands in the sentences of the table designs, by name: numbers as short as they can be told, or words."""
    asked, (worse, weeks) = (planned["alpha"], planned["power"]), _worse(progression, "ASCEND")
    hands, left = conduct.hazard_ratio(controlled, HANDS), round(1 - planned["effect"], 9)
    ppms, spms = (_cord(published, population) for population in ("ppms", "spms"))
    carried = sizes.rescaled(ppms.people_per_arm, ppms.effect_percent / 100, planned["effect"], *asked)
    scanned = controlled[controlled["duration"].str.startswith("to week", na=False)]["duration"].iloc[0]
    events = planning.rounded_up(planning.events_logrank(left, *asked)) if left > 0 else 0
    numbers = {
        "sd": planned["atrophy_sd"],
        "healthy": -planned["healthy_atrophy"],
        "hands": hands,
        "hands_events": words.whole(planning.events_logrank(hands, *asked)),
        "rebase": scans.REBASE_WEEK,
        "worse": 100 * worse,
        "weeks": weeks,
        "lesions": planned["lesions_per_year"],
        "follow_up": follow_up_weeks,
        "cord": spms.people_behind,
        "cord_ppms": ppms.people_behind,
        "cord_ppms_size": planning.rounded_up(carried),
    }
    for trial, slug in PAIRS.items():
        pair = size_as(trial, controlled, progression, *asked)
        numbers |= {slug: pair.hazard_ratio, f"{slug}_worse": 100 * pair.worse, f"{slug}_events": pair.events}
    return {name: conduct.Braced(value) for name, value in numbers.items()} | {
        "effect": words.level(planned["effect"]),
        "confidence": words.level(planned["confidence"]),
        "msstat": words.percent(conduct.msstat_reduction(controlled), 1),
        "scanned": scanned.removeprefix("to "),
        "scan": words.plain(scans.split(planned["atrophy_sd"], published)[1], 2),
        "progression_events": words.in_words(events),
        "bunched": model_name(planned["lesion_dispersion"]),
        "harm": words.one_in(0.05),
    }


def asked(judged, planned, *read):
    """The designs sized at ASKED and at the effect planned, in `read` as for `sized`: two frames.

    First the designs at the effect planned with people per arm at each share (at_PERCENT; missing where a design has an effect
    of its own), then every size in a row of its own with all that it was worked out from, for other programs.
    """
    every = {share: sized(judged, {**planned, "effect": share}, *read) for share in {*ASKED, planned["effect"]}}
    made, own = every[planned["effect"]].copy(), ~judged["effect_sought"].str.contains("{effect}", regex=False)
    for share in ASKED:
        made[f"at_{100 * share:g}"] = every[share]["people_per_arm"].mask(own)
    rows = pd.concat([frame.assign(effect=share) for share, frame in sorted(every.items())])
    rows = rows[(rows["effect"] == planned["effect"]) | ~own.loc[rows.index]].drop(
        columns=["kind", "source", "locator"]
    )
    rows["effect"] = rows["effect"].mask(own.loc[rows.index])
    given = {name: value for name, value in planned.items() if name != "effect"}
    return made, rows.replace(inf, np.nan).assign(**given, centres=CENTRES).reset_index(drop=True)


# Beliefs

SHARE_OF_CEILING = 0.95


def at_most_prevented(share, of=""):
    """That no more than such a share is prevented, as the end of a sentence.

    >>> at_most_prevented(0.2, " of the loss"), at_most_prevented(0)
    ('20% of the loss or less is prevented', 'nothing is prevented, or more is lost')
    """
    return f"{words.level(share)}{of} or less is prevented" if share else "nothing is prevented, or more is lost"


def beliefs_columns(per_arm, useless, people):
    """How `beliefs_in_effect` reads."""
    return {
        "Belief": ("named", words.sentence),
        f"Success with {words.number(per_arm)} a group": ("assurance", words.in_hundred),
        "Share prevented, mean (SD)": (
            ("mean", "sd"),
            lambda mean, sd: f"{words.plain(mean, 3)} ({words.plain(sd, 3)})",
        ),
        f"The same, loss and spread known from {words.number(people)} people": ("carried", words.in_hundred),
        "At most, with any size: belief in any effect": ("ceiling", words.in_hundred),
        "Belief in more than total prevention": ("more_than_total", words.in_hundred),
        f"Success although {at_most_prevented(useless)}": ("success_and_useless", words.in_hundred),
        "Of a hundred successes, such ones": ("useless_given_success", words.in_hundred),
        f"People a group for {words.percent(SHARE_OF_CEILING)} of the most": (
            "people_for_ceiling",
            sizes.people_or("more than any trial could have"),
        ),
    }


def beliefs_in_effect(beliefs, per_arm, atrophy_mean, atrophy_sd, alpha, useless, people, as_wide=True):
    """What a trial of this size is worth under each belief, a pair (mean, SD) of a normal curve for the share prevented.

    In: a pair for each of BELIEFS, in their order; the people in whom loss and spread were seen; whether the last is as wide as
    three against nine people leave it.
    Out: belief, named (in a sentence), mean, sd, ceiling (belief in any effect), more_than_total
    (belief in a share above 1), assurance, carried (the same, averaged over what those people leave open), success_and_useless, useless_given_success, people_for_ceiling (per arm,
    complete, for 95% of the ceiling; inf where there is no such size up to the largest).
    """
    made = pd.DataFrame(beliefs, columns=["mean", "sd"])
    made.insert(0, "belief", list(BELIEFS))
    made.insert(1, "named", list((BELIEFS if as_wide else BELIEFS | WIDE).values()))
    priors, loss = made[["mean", "sd"]].to_numpy().tolist(), abs(atrophy_mean)
    trial = per_arm, atrophy_sd, loss, alpha
    made["ceiling"] = [assurance.assurance_ceiling(*prior) for prior in priors]
    made["more_than_total"] = norm.sf((1 - made["mean"]) / made["sd"])
    made["assurance"] = [assurance.assurance(*prior, *trial) for prior in priors]
    made["carried"] = [assurance.assurance_spread(*prior, *trial, people) for prior in priors]
    made["success_and_useless"] = [assurance.success_and_useless(*prior, *trial, useless) for prior in priors]
    assured = made["assurance"].where(made["assurance"] > 1e-9)
    made["useless_given_success"] = made["success_and_useless"] / assured
    made["people_for_ceiling"] = [_people_for_ceiling(*prior, atrophy_sd, loss, alpha) for prior in priors]
    return made


def _people_for_ceiling(mean, sd, *trial):
    try:
        return assurance.people_for_assurance(SHARE_OF_CEILING, mean, sd, *trial)
    except ValueError:
        return inf


def success_curves(table, atrophy_mean, atrophy_sd, alpha, effect, per_arm):
    """Chance of success against size: people_per_arm, curve ("hoped" or a belief), chance; sizes a tenth of a decade apart."""
    beliefs = {
        "hoped": None,
        **{row.belief: (row.mean, row.sd) for row in table[["belief", "mean", "sd"]].itertuples()},
    }
    rows = [
        (people, curve, bench.chance(people, atrophy_sd, abs(atrophy_mean), effect, belief, alpha))
        for people in sorted({per_arm, *(max(2, round(per_arm * 10 ** (step / 10))) for step in range(-7, 17))})
        for curve, belief in beliefs.items()
    ]
    return pd.DataFrame(rows, columns=["people_per_arm", "curve", "chance"])
