"""Yearly brain loss: how people differ, what luck writes by itself, and what so few people could have shown."""

from math import sqrt

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import norm, t

from trial import words
from trial.methods import exact_tests, intervals, planning, small_trials

POPULATIONS = {
    "healthy": "Healthy",
    "rrms": "Relapsing MS",
    "spms": "Secondary progressive MS",
    "ppms": "Primary progressive MS",
    "mixed": "Several types of MS",
    "progressive": "Progressive MS, of a type not in what we read",
}


def _spread(arm, sd, upper):
    """How people of a group differ, as far as its source says; of the trial's own dose there is a direction only."""
    if pd.notna(sd):
        return f"SD {words.plain(sd, 3)}"
    if pd.notna(upper):
        return f"95 of 100 below {words.plain(upper)}"
    return "" if arm == "dose_D" else words.NOT_READ


def _people(people, of_the_study):
    count = "" if pd.isna(people) else words.number(people)
    return f"{count} in the study" if count and of_the_study else count


ATROPHY = {
    "Group": "group",
    "Who": ("population", POPULATIONS.get),
    "People": (("people", "of_the_study"), _people),
    "% lost a year": ("loss_percent_per_year", words.plain, "less; no number in what we read"),
    "Spread between people": (("arm", "sd", "upper_percentile_95"), _spread),
    "Measured as": "measure",
    "Source": "source",
}


def spread_worked_out(atrophy):
    """The same groups, where a source gives a standard error with the spread between people (sd) worked out from it.

    Added: of_the_study, whether people are those of a whole study, which several of its groups (ages) share.
    """
    shared = atrophy.duplicated(["source", "arm", "people"], keep=False) & atrophy["people"].notna()
    spread = atrophy["sd"].fillna(atrophy["se"] * np.sqrt(atrophy["people"].astype(float)))
    return atrophy.assign(sd=spread, of_the_study=shared)


def beside_this_trial(atrophy, oldest):
    """The groups to set beside the highest dose: untreated, or healthy, as old as could enter and with a spread; itself last.

    Out: the table atrophy with its spreads worked out and `head` (who they are), by head, the least loss first.
    """
    atrophy, arms = spread_worked_out(atrophy), ["healthy", "untreated", "dose_D"]
    spread, age = atrophy["sd"].notna() | atrophy["upper_percentile_95"].notna(), atrophy["age"].fillna(oldest)
    kept = atrophy[atrophy["arm"].isin(arms) & ((atrophy["arm"] != "healthy") | (spread & (age <= oldest)))]
    named = {"healthy": "Healthy people", "dose_D": "STEMS"}
    kept = kept.assign(
        place=kept["arm"].map(arms.index),
        head=kept["arm"].map(named).fillna(kept["population"].map(POPULATIONS) + ", untreated"),
    )
    return kept.sort_values(["place", "head", "loss_percent_per_year"], kind="stable", ignore_index=True)


def normal_cutoffs(atrophy, cutoffs):
    """Cut-offs of yearly brain volume change and their sensitivities from two normal curves, beside the published ones.

    In: the tables atrophy and atrophy_cutoffs. Out: specificity, cutoff, sensitivity (shares and % per year, worked
    out), printed_cutoff, printed_sensitivity, observed_sensitivity (shares). De Stefano (2016) prints -0.52, -0.46,
    -0.40 with 49, 56 and 65%.
    """
    groups = atrophy.query("source == 'destefano2016'").set_index("arm")
    healthy, disease = groups.loc["healthy"], groups.loc["not_said"]
    published = cutoffs[(cutoffs["source"] == healthy["source"]) & cutoffs["observed_sensitivity_percent"].notna()]
    specificity = published["specificity_percent"].to_numpy() / 100
    cutoff = -healthy["loss_percent_per_year"] - norm.ppf(specificity) * healthy["sd"]
    made = {
        "specificity": specificity,
        "cutoff": cutoff,
        "sensitivity": ndtr((cutoff + disease["loss_percent_per_year"]) / disease["sd"]),
        "printed_cutoff": published["cutoff_percent_per_year"],
        "printed_sensitivity": published["sensitivity_percent"] / 100,
        "observed_sensitivity": published["observed_sensitivity_percent"] / 100,
    }
    return pd.DataFrame(made).reset_index(drop=True)


CUTOFFS = {
    "Healthy people below the line": ("specificity", words.in_hundred),
    "Line, % lost a year": ("cutoff", lambda change: words.two_decimals(-change)),
    "as printed": ("printed_cutoff", lambda change: words.two_decimals(-change)),
    "People with MS above it": ("sensitivity", words.in_hundred),
    "printed, same method": ("printed_sensitivity", words.in_hundred),
    "counted in the study": ("observed_sensitivity", words.in_hundred),
}


def share_losing_no_more_than(limit, mean, sd):
    """Share of people who lose no more than `limit`, on a bell curve; all are yearly changes, negative is loss.

    One SD above the mean, by hand: Phi(-1).

    >>> round(share_losing_no_more_than(0, -1, 1), 4)
    0.1587
    """
    return float(ndtr((mean - limit) / intervals.number("sd", sd, above=0)))


# What luck gives, and what few people can show


def less_than_whom(people_per_dose, loss, sd, effect):
    """What "less shrinkage" may have meant: headline, chance without effect, chance with it, and odds.

    In: people per dose in order, yearly loss and its SD (same unit), share of the loss the highest dose prevents.
    Out: headline, no_effect, effect, most_odds (if the effect always gave it), odds (at the assumed effect). In order: the
    highest is best, and the others, who do not differ, stand in one of their orders.
    """
    groups, top, rest = len(people_per_dose), people_per_dose[-1], sum(people_per_dose[:-1])
    prevented = loss * effect
    leads = planning.chance_top_leads(people_per_dose, prevented, sd)
    order, others = exact_tests.arrangements([1] * groups), exact_tests.arrangements([1] * (groups - 1))
    by_luck = exact_tests.probability_top_better_than_rest(top, rest)
    headlines = [
        ("Some dose does best", 1.0, 1.0),
        ("The highest dose beats the rest", by_luck, planning.chance_top_leads([rest, top], prevented, sd)),
        (f"The highest dose is best of {words.in_words(groups)}", 1 / groups, leads),
        ("The doses stand in perfect order", 1 / order, leads / others),
    ]
    made = pd.DataFrame(headlines, columns=["headline", "no_effect", "effect"])
    return made.assign(
        most_odds=made["no_effect"].map(intervals.most_odds_can_rise), odds=made["effect"] / made["no_effect"]
    )


def _fold(odds):
    return f"{words.plain(odds, 1)}-fold"


READINGS = {
    "Headline": "headline",
    "If dose does nothing": ("no_effect", words.in_hundred),
    "If the assumed effect is real": ("effect", words.in_hundred),
    "Odds rise, with that effect": ("odds", _fold),
    "Odds rise, at most, by these words": ("most_odds", _fold),
}


def _compared(people_per_dose, another, its_sizes):
    """What the highest dose can be set against, and another comparison: comparison, sizes, people (the sizes in words)."""
    *rest, top = people_per_dose
    compared = {
        "the highest dose against all other people": [top, sum(rest)],
        "the highest dose against one other dose": [top, rest[-1]],
        another: its_sizes,
    }
    made = pd.DataFrame({"comparison": compared.keys(), "sizes": compared.values()})
    return made.assign(people=[" v ".join(map(str, sizes)) for sizes in made["sizes"]])


def smallest_p_values(people_per_dose):
    """Smallest p-values of exact tests for these groups: comparison, people, ways, one_sided, two_sided, picked.

    `picked` is the one-sided value if the dose was chosen after looking: the chance that any of the doses takes the
    extreme places. It is exact, since only one can; for the trend in the order of doses it is not defined.
    """
    made = _compared(people_per_dose, "a rise from dose to dose", people_per_dose)
    made["ways"] = made["sizes"].map(exact_tests.arrangements)
    for sides in ("one", "two"):
        made[f"{sides}_sided"] = [exact_tests.smallest_p_jonckheere(sizes, sides) for sizes in made["sizes"]]
    picked = (len(people_per_dose) * made["one_sided"]).clip(upper=1)
    return made.assign(picked=picked.where(made.index == 0))


def floors_columns(alpha):
    """How `smallest_p_values` reads, and whether each two-sided test could reach the level at all."""
    return {
        "Comparison": ("comparison", words.sentence),
        "Smallest p, two-sided": ("two_sided", words.probability),
        "Smallest p, one-sided": ("one_sided", words.probability),
        "People": "people",
        "Ways to deal them": ("ways", words.number),
        "One-sided, if picked after looking": ("picked", words.probability),
        f"Can reach {words.plain(alpha)}, two-sided": ("two_sided", lambda p: "yes" if p <= alpha else "no"),
    }


PRECISION = {
    "Comparison": ("comparison", words.sentence),
    "Difference known to within ± % a year": ("half_width", words.two_decimals),
    "People": "people",
    "In shares of the untreated yearly loss": ("share_of_loss", lambda times: f"{words.significant(times)} times"),
}


def what_three_can_show(people_per_dose, loss, sd, confidence):
    """How well a difference between groups is known: comparison, people, half_width (% a year), share_of_loss.

    Half width of the t interval (Student, 1908) where these people spread as assumed: t sd sqrt(1/n + 1/m).
    """
    made = _compared(people_per_dose, "a trial with a hundred people in each arm", [100, 100])
    tail = (1 - intervals.number("confidence", confidence, above=0, below=1)) / 2
    width = [t.isf(tail, sum(sizes) - 2) * sd * sqrt(sum(1 / n for n in sizes)) for sizes in made["sizes"]]
    return made.assign(half_width=width, share_of_loss=np.array(width) / loss)


RIVALS = {
    "What else": "rival",
    "How it could change a scan": "how",
    "Which way": "direction",
    "What would tell it apart": "told_apart_by",
}


# Trials of this size, imagined

WORLD_NAMES = {
    "top": "Only the highest dose works",
    "dose": "Each dose above the lowest works better",
    "steps": "Every dose works, in equal steps",
}
TEST_NAMES = {"permutation": "Highest v rest", "slope": "Slope on dose", "jonckheere": "Order of ranks"}


def sure(power, error):
    """A chance in 100, to what the error of its integration allows (two standard errors either way).

    >>> sure(0.1138, 0.0002), sure(0.2146, 0.0006), sure(0.05, 0.0)
    ('11 of 100', '21 to 22 of 100', '5 of 100')
    """
    if not error or not 0 < power < 1:
        return words.in_hundred(power)
    return words.simulated(power, power * (1 - power) / error**2)


def power_by_test(people_per_dose, doses, size, alpha, points, seed):
    """Chance of trials of this size to reach two-sided p at most alpha, a row a test.

    In: people and dose of each group in order, effect of the highest dose in SDs, alpha, points and seed of the
    integration. Out: test, and "power, world" and "error, world" (standard error) for each world.
    """
    made = small_trials.power_of_tests(people_per_dose, doses, [size], alpha, points, seed)
    wide = made.pivot(index="test", columns="world", values=["power", "error"]).loc[list(TEST_NAMES)]
    return wide.set_axis([", ".join(column) for column in wide.columns], axis=1).reset_index()


POWER = {"Test": ("test", TEST_NAMES.get)}
POWER |= {name: ((f"power, {world}", f"error, {world}"), sure) for world, name in WORLD_NAMES.items()}


def most_power(made):
    """The largest of these chances, as sure as it is."""
    return max(
        (row[f"power, {world}"], row[f"error, {world}"]) for world in WORLD_NAMES for row in made.to_dict("records")
    )


def _each_test(*found):
    """Powers and errors of the tests in turn."""
    powers = (sure(*pair).removesuffix(" of 100") for pair in zip(found[::2], found[1::2], strict=True))
    return "; ".join(f"{test.lower()} {power}" for test, power in zip(TEST_NAMES.values(), powers, strict=True))


POWER_BY_SOURCE = {
    "Mean and SD of": ("group", words.sentence),
    "% lost a year, mean (SD)": (("loss", "sd"), lambda loss, sd: f"{words.plain(loss)} ({words.two_decimals(sd)})"),
}
for _world in ("top", "dose"):
    _found = tuple(f"{_world}, {test}, {kind}" for test in TEST_NAMES for kind in ("power", "error"))
    POWER_BY_SOURCE[WORLD_NAMES[_world]] = (_found, _each_test)


def power_by_source(atrophy, people_per_dose, doses, loss, sd, effect, alpha, points, seed):
    """The same chance at one effect, over the parameters and each published group of people with MS with a mean and a spread.

    Out: group, loss, sd, and columns "world, test, power" and "..., error".
    """
    groups = spread_worked_out(atrophy[atrophy["arm"].isin(["untreated", "not_said"])])
    known = zip(groups["group"], groups["loss_percent_per_year"], groups["sd"], strict=True)
    rows = [("parameters of this page", loss, sd), *(row for row in known if pd.notna(row[2]))]
    made = pd.DataFrame(rows, columns=["group", "loss", "sd"])
    sizes = (made["loss"] * effect / made["sd"]).tolist()
    found = small_trials.power_of_tests(people_per_dose, doses, sizes, alpha, points, seed, worlds=("top", "dose"))
    for (world, test), part in found.groupby(["world", "test"], sort=False):
        for kind in ("power", "error"):
            made[f"{world}, {test}, {kind}"] = part[kind].to_numpy()
    return made


def top_against_rest_results(made, points, seed):
    """The results of `small_trials.overstatement` to record, with limits; what no trial could tell is left out."""
    how = (
        "exact permutation of 3 against 9, two-sided (twice the smaller tail); the difference integrated exactly, how "
        f"people spread averaged over scrambled Sobol points (n_simulations {points}, seed {seed}); limits are two Monte "
        "Carlo standard errors"
    )
    rows = [
        (f"imaging.{name}_3_v_9", value, value - 2 * error, value + 2 * error)
        for name, (value, error) in made.items()
        if np.isfinite([value, error]).all()
    ]
    frame = pd.DataFrame(rows, columns=["name", "value", "lower", "upper"])
    unit = frame["name"].str.contains("type_m").map({True: "times the truth", False: "probability"})
    return frame.assign(unit=unit, method=how)


def overstated_in_words(made, alpha):
    """What the trials that reached alpha would say, by rule, as one sentence.

    >>> print(overstated_in_words({"power": (0.0, 0.0), "type_m": (float("nan"),) * 2, "type_s": (float("nan"),) * 2}, 0.005))
    No trial of this size can reach the level of 0.005, so none of them would tell anything.
    """
    level = words.plain(alpha)
    if not made["power"][0]:
        return f"No trial of this size can reach the level of {level}, so none of them would tell anything."
    return (
        f"Trials with the assumed effect that reach the level of {level} report an effect "
        f"{words.number(made['type_m'][0], 1)} times as large as the true one, on average, and {sure(*made['type_s'])} of "
        "them have it the wrong way round."
    )


def brain_line_up_numbers(made, loss, sd, effect, seed):
    """The numbers of every panel, one row a simulated trial, and how they were made; not in which one the dose works."""
    lists = (
        made.groupby(["panel", "dose"])["loss"]
        .agg(lambda part: "; ".join(map(words.two_decimals, part)))
        .unstack("dose")
    )
    lowest, *between, highest = lists.columns
    lists.columns = ["Lowest simulated dose", *(f"Simulated dose {dose}" for dose in between), "Highest simulated dose"]
    how = (
        f"Bell curve, mean loss {words.plain(loss)}, SD {words.plain(sd)} (% a year); in one trial the highest dose prevents "
        f"{words.percent(effect)} of the loss; seed {seed}"
    )
    lists.loc["How they were simulated", "Lowest simulated dose"] = how
    return lists.reset_index(names="Simulated trial")
