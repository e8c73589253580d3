"""Chapter 05: brain volume by slopes through several scans, what few people leave open of spread and mean, what would be worth having."""

import pandas as pd

from trial import words
from trial.methods import assurance, planning
from trial.next_trial import sizes
from trial.next_trial.event_sizes import years_of

TRIAL_YEARS = 2.0  # over which MS-STAT saw its spread
REBASE_WEEK = 24  # from which ORATORIO measured, once the fluid shift of a drug is over; assumed to do for these drugs
SCANS = (2, 3, 4, 5)


def split(sd, published):
    """Spread between people and error of one scan behind the spread of MS-STAT, by what a second year saves (Altmann, SIENA).

    All that it saves is put down to the scans, and taken to hold here (assumed).
    """
    row = published[(published["source"] == "altmann2009") & (published["measure"] == "SIENA")].iloc[0]
    return planning.split_of_spread(sd, TRIAL_YEARS, row.saving_over_one_year_percent / 100, 1, float(row.trial_years))


def scan_part(published, years=TRIAL_YEARS):
    """Part of the variance of a yearly change that is error of the scans at its two ends, so many years apart."""
    people, scan = split(1, published)
    return 2 * (scan / years) ** 2 / (people**2 + 2 * (scan / years) ** 2)


def times(number, first_week, last_week):
    """So many scans, evenly from one week to another, in years."""
    return [years_of(first_week + (last_week - first_week) * place / (number - 1)) for place in range(number)]


SLOPES = {
    "Scans of each person": ("scans", words.number),
    "Spread of the slope, first scan at the start": ("sd_0", sizes.TWO_DIGITS),
    "People per group": ("people_0", words.number),
    f"Spread, first scan in week {REBASE_WEEK}": (f"sd_{REBASE_WEEK}", sizes.TWO_DIGITS),
    "People per group from then": (f"people_{REBASE_WEEK}", words.number),
}


def slopes(difference, sd, published, weeks, alpha, power):
    """Size by a line through two to five scans, from the start and from a new baseline: scans, sd_WEEK, people_WEEK (per arm)."""
    people, scan = split(sd, published)
    made = pd.DataFrame({"scans": SCANS})
    for first in (0, REBASE_WEEK):
        spreads = [planning.slope_sd(people, scan, times(number, first, weeks)) for number in SCANS]
        made[f"sd_{first}"] = spreads
        made[f"people_{first}"] = [planning.people_per_arm_z(difference, each, alpha, power) for each in spreads]
    return made


# What few people leave open

CARRIED = {
    "What is taken as known": ("what", words.sentence),
    "People per group": ("people_per_arm", sizes.people_or("no size is enough")),
    "Spread": ("sd", sizes.TWO_DIGITS),
    "Mean loss": ("loss", sizes.TWO_DIGITS),
}


def left_open(loss, sd, people, effect, alpha, power, confidence):
    """Sizes where spread and mean are known only from so many people: slug, what, sd, loss, people_per_arm (inf: no size).

    The naive size; spread and mean at the limits of their intervals, one by one, both at once, and together (the limits of the
    loss in units of its spread); and the size whose power, averaged over both, is the one asked for.
    """
    low, high = assurance.sd_limits(sd, people, confidence)
    mean = sizes.size_over_interval(loss, sd, people, effect, alpha, power, confidence).loss
    level, both = words.level(confidence), sizes.size_over_both(loss, sd, people, effect, alpha, power, confidence)
    averaged = assurance.people_for_expected_power(power, effect, sd, loss, alpha, people)
    here = [
        ("naive", "both as seen", sd, loss),
        ("spread_low", f"spread at its lower limit ({level})", low, loss),
        ("spread_high", f"spread at its upper limit ({level})", high, loss),
        ("mean_high", f"mean at its upper limit ({level})", sd, mean.upper),
        ("mean_low", f"mean at its lower limit ({level})", sd, mean.lower),
        ("corner_high", "both at the favourable one of these limits at once", low, mean.upper),
        ("corner_low", "both at the unfavourable one at once", high, mean.lower),
    ]
    beyond = f"neither: the power is averaged over what {words.number(people)} people leave open of both"
    open_ = [
        ("both_high", f"neither: both open, favourable limit ({level})", both.lower),
        ("both_low", f"neither: both open, unfavourable limit ({level})", both.upper),
        ("carried", beyond, averaged),
    ]
    made = pd.DataFrame(here, columns=["slug", "what", "sd", "loss"])
    made["people_per_arm"] = sizes.each_size(made["loss"] * effect, made["sd"], alpha, power)
    return pd.concat([made, pd.DataFrame(open_, columns=["slug", "what", "people_per_arm"])], ignore_index=True)


# What would be worth having

WORTH = {
    "Prevented": ("share", words.percent),
    "of a yearly loss, in percentage points": ("points", sizes.TWO_DIGITS),
    "Why it is asked about": ("why", words.sentence),
    "People per group": ("people_per_arm", words.number),
    "Found by the trial planned": ("found", words.in_hundred),
}


def worth(loss, sd, healthy, useless, seen, effect, per_arm, alpha, power):
    """What was assumed to be worth having, and why: share, points (% a year), why, people_per_arm, found (by `per_arm` a group)."""
    compared = "less" if useless * loss < healthy else "no less"
    ageing = f"so little is {compared} than healthy ageing takes in a year ({words.plain(healthy)}%): of little use (assumed)"
    rows = [
        (useless, ageing),
        (seen, "what MS-STAT saw, once, with another drug; MS-STAT2 then found no slowing of disability"),
        (effect, "what the next trial is planned on (assumed)"),
    ]
    made = pd.DataFrame(sorted(row for row in rows if row[0] >= 0.01), columns=["share", "why"])
    made["points"] = made["share"] * loss
    made["people_per_arm"] = [planning.people_per_arm_z(points, sd, alpha, power) for points in made["points"]]
    made["found"] = [planning.power_z(per_arm, points, sd, alpha).in_favour for points in made["points"]]
    return made
