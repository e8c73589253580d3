"""Frames, columns and findings of chapter 03: new lesions under assumed rates, yearly brain loss, and what luck gives."""

from functools import partial
from itertools import product
from math import expm1, inf, log1p, sqrt

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import norm

from trial import words
from trial.methods import exact_tests, intervals, planning, simulate

WORLDS = {"halve new lesions": 0.5, "do not change them": 1.0, "double new lesions": 2.0}
POPULATIONS = {
    "healthy": "Healthy",
    "rrms": "Relapsing MS",
    "spms": "Secondary progressive MS",
    "ppms": "Primary progressive MS",
    "mixed": "Several types of MS",
}
TWO_DIGITS = partial(words.number, digits=2)
LIMITS = partial(words.between, form=words.significant)
LEAN = 4  # a count leans one way if it is at least so many times as likely there; our choice
MANY = 1000  # larger ratios of likelihoods are not told more exactly


# New lesions


def share_with_new_lesion(mean, dispersion_k):
    """Share of people with at least one new lesion, Poisson for an infinite k, else negative binomial with this size k.

    Mean ln 2 under Poisson and mean 1 with k 1, by hand: one half.

    >>> round(share_with_new_lesion(0.6931471805599453, inf), 12), share_with_new_lesion(1, 1)
    (0.5, 0.5)
    """
    if dispersion_k == inf:
        return intervals.at_least_one_poisson(mean)
    return intervals.at_least_one_negative_binomial(mean, dispersion_k)


def log_free(mean, dispersion_k):
    """Logarithm of the chance of no new lesion, exact where the chance itself is too small for a computer; k as above.

    By hand: minus the mean under Poisson, and ln(1/2) for mean 1 with k 1.

    >>> log_free(100, inf), round(log_free(1, 1), 6)
    (-100, -0.693147)
    """
    return -mean if dispersion_k == inf else -dispersion_k * log1p(mean / dispersion_k)


def mean_with_share(share, dispersion_k):
    """The mean number of new lesions per person at which this share has at least one; k as above.

    By hand: one half needs a mean of ln 2 under Poisson, and of 1 with k 1.

    >>> round(mean_with_share(0.5, inf), 6), round(mean_with_share(0.5, 1), 6)
    (0.693147, 1.0)
    """
    share = intervals.number("share", share, at_least=0, below=1)
    if dispersion_k == inf:
        return -log1p(-share)
    return dispersion_k * expm1(-log1p(-share) / intervals.number("dispersion_k", dispersion_k, above=0))


def model_name(dispersion_k):
    """How new lesions fall on people, in words.

    >>> model_name(inf), model_name(0.5)
    ('spread by chance', 'bunched in some people (k = 0.5)')
    """
    return "spread by chance" if dispersion_k == inf else f"bunched in some people (k = {words.plain(dispersion_k)})"


def models(lesion_dispersion):
    """Sizes k of the three models shown: Poisson, the assumed negative binomial, and one twice as bunched.

    >>> models(1.0)
    [inf, 1.0, 0.5]
    """
    return [inf, lesion_dispersion, lesion_dispersion / 2]


def new_lesion_counts(lesions_per_year, lesion_dispersion, years, people):
    """Chance that 0, 1, ... of so many people have a new lesion: one row a model, world and count.

    Columns: model, dispersion_k, world (what the cells do to the rate), factor, share (of people with a new lesion),
    log_free (logarithm of the share without), count, probability. People are alike and independent, so the count is binomial.
    """
    cases = [
        (k, world, lesions_per_year * years * WORLDS[world]) for k in models(lesion_dispersion) for world in WORLDS
    ]
    made = pd.DataFrame(
        [
            (model_name(k), k, world, WORLDS[world], share_with_new_lesion(mean, k), log_free(mean, k))
            for k, world, mean in cases
        ],
        columns=["model", "dispersion_k", "world", "factor", "share", "log_free"],
    )
    return _by_count(made, made["share"], people)


def _by_count(made, shares, people):
    """Each row once for every count of people, with its chance: count, probability."""
    chances = [intervals.count_distribution(share, people) for share in shares]
    made = made.assign(count=[range(people + 1)] * len(made), probability=chances)
    return made.explode(["count", "probability"], ignore_index=True).astype({"count": int, "probability": float})


def chosen_lesions(lesions_per_year, lesion_dispersion, years, people, seen):
    """Chance of each count of people with a new lesion, untreated, over an evenly spaced grid around the assumed values.

    Out: rate (lesions a year, up to 2.4 times the assumed), bunching (1/k, from 0 for a Poisson to three times the assumed),
    count, probability, and at_most, at_least (chances of that many as `seen` or fewer, or more).
    """
    grid = product(lesions_per_year / 5 * np.arange(1, 13), np.arange(7) / (2 * lesion_dispersion))
    made = pd.DataFrame(grid, columns=["rate", "bunching"])
    shares = [share_with_new_lesion(rate * years, 1 / k if k else inf) for rate, k in made.itertuples(index=False)]
    made = _by_count(made, shares, people)
    by_place = made.groupby(["rate", "bunching"])["probability"]
    at_most = by_place.transform(lambda chances: chances.iloc[: seen + 1].sum())
    return made.assign(at_most=at_most, at_least=by_place.transform(lambda chances: chances.iloc[seen:].sum()))


def chance_of_seen(counts, seen, rows, columns):
    """The chance of exactly the count seen, laid out wide: a column for each value of `columns`, named by it."""
    same = counts[counts["count"] == seen]
    return same.pivot(index=rows, columns=columns, values="probability").loc[same[rows].unique()].reset_index()


def by_bunching(counts):
    """How the chances read, with a row a rate and a column a strength of bunching."""
    heads = {f"1/k = {words.plain(k)}" if k else "By chance (1/k = 0)": k for k in counts["bunching"].unique()}
    return {"Lesions a year": ("rate", words.plain)} | {head: (k, words.in_hundred) for head, k in heads.items()}


BY_WORLD = {"How lesions fall on people": ("model", words.sentence)}
BY_WORLD |= {f"If the cells {world}": (world, words.in_hundred) for world in WORLDS}


def chances_of_count(counts, seen):
    """Chance of exactly the count seen by model and world: model, world, factor, share, probability, likelihood.

    The likelihood is relative to cells that change nothing under the same model; above 1e300 it stops there.
    """
    people = counts["count"].max()
    made = counts[counts["count"] == seen].drop(columns="count").reset_index(drop=True)
    # By logarithms: at a high rate nearly everyone has a lesion, and both chances would be 0.
    log_chance = seen * np.log(-np.expm1(made["log_free"])) + (people - seen) * made["log_free"]
    same = made["model"].map(log_chance[made["factor"] == 1].set_axis(made.loc[made["factor"] == 1, "model"]))
    return made.drop(columns="log_free").assign(likelihood=np.exp((log_chance - same).clip(-690, 690)))


def leaning(chances):
    """Which way the count leans, by rule, as the end of a sentence that begins "the count".

    In: chances_of_count. A lean is a count at least LEAN times as likely in one world as without any effect.
    """
    by_factor = chances.set_index("factor")["likelihood"]
    halved, doubled = by_factor.loc[WORLDS["halve new lesions"]], by_factor.loc[WORLDS["double new lesions"]]
    ways = [
        ("towards a halving of new lesions", halved >= LEAN),
        ("against a halving of new lesions", halved <= 1 / LEAN),
        ("towards a doubling of new lesions", doubled >= LEAN),
    ]
    of = words.in_words(len(halved))
    found = [f"{way} in {words.in_words(int(met.sum()))} of {of}" for way, met in ways if met.any()]
    rule = f"(a lean: at least {words.in_words(LEAN)} times as likely)"
    if not found:
        return f"leans neither towards a halving of new lesions nor against one, nor towards a doubling {rule}"
    return (
        f"leans {words.listed(found)} assumed ways in which lesions fall {rule}, "
        "and all that weight rests on a rate that nobody measured in this trial"
    )


def expected_without_treatment(counts, seen):
    """What the assumed rate gives without any effect: model, share (with a new lesion), people (on average), and the chances
    exactly, at_most and at_least of the count seen."""
    same = counts[counts["factor"] == 1]
    chance, count = same["probability"], same["count"]
    made = same.assign(
        people=chance * count,
        exactly=chance.where(count == seen, 0),
        at_most=chance.where(count <= seen, 0),
        at_least=chance.where(count >= seen, 0),
    )
    return (
        made.groupby(["model", "share"], sort=False)[["people", "exactly", "at_most", "at_least"]].sum().reset_index()
    )


def expected_columns(seen, people):
    """How `expected_without_treatment` reads."""
    return {
        "How lesions fall on people": ("model", words.sentence),
        "Share with a new lesion": ("share", words.percent),
        f"Of {people}, on average": ("people", partial(words.number, digits=1)),
        f"Trials with exactly {seen}": ("exactly", words.in_hundred),
        f"{seen} or fewer": ("at_most", words.in_hundred),
        f"{seen} or more": ("at_least", words.in_hundred),
    }


def chance_to_show_help(counts, alpha):
    """How often a trial of this size would see too few people with a new lesion for luck, if the cells halve the rate.

    Out, one row a model: model, limit (the largest count whose chance of that many or fewer, without effect, is at most
    alpha / 2; -1 if there is none), chance (of a count at or below it if the cells halve new lesions).
    """
    rows = []
    for model, part in counts.groupby("model", sort=False):
        cumulated = part.pivot(index="count", columns="factor", values="probability").cumsum()
        limit = int((cumulated[WORLDS["do not change them"]] <= alpha / 2).sum()) - 1
        chance = cumulated[WORLDS["halve new lesions"]].get(limit, 0.0)
        rows.append({"model": model, "limit": limit, "chance": float(chance)})
    return pd.DataFrame(rows)


RATES = {
    "How lesions fall on people": ("model", words.sentence),
    "Lesions a year that fit": (("lower", "upper"), LIMITS),
    "Times the assumed rate": (("lower_factor", "upper_factor"), LIMITS),
}


def rates_that_fit(count, people, confidence, lesions_per_year, lesion_dispersion, years):
    """Yearly rates the count still fits, from the exact limits of the share (Clopper-Pearson).

    Out, one row a model: model, dispersion_k, lower, upper (lesions a year), lower_factor, upper_factor (multiples of
    the assumed rate).
    """
    limits = intervals.clopper_pearson(count, people, confidence)
    sizes = models(lesion_dispersion)
    made = pd.DataFrame({"model": [model_name(k) for k in sizes], "dispersion_k": sizes})
    for end, share in (("lower", limits.lower), ("upper", limits.upper)):
        made[end] = [mean_with_share(share, k) / years for k in sizes]
    return made.assign(lower_factor=made["lower"] / lesions_per_year, upper_factor=made["upper"] / lesions_per_year)


def likelihood_in_words(ratio, first, second):
    """How a result weighs between two explanations, by rule.

    >>> likelihood_in_words(0.84, "they help", "they do nothing")
    'about as likely if they help as if they do nothing'
    >>> likelihood_in_words(0.25, "they help", "they do nothing")
    '4.0 times as likely if they do nothing as if they help'
    """
    if 2 / 3 < ratio < 3 / 2:
        return f"about as likely if {first} as if {second}"
    first, second, ratio = (first, second, ratio) if ratio > 1 else (second, first, 1 / ratio)
    fold = words.significant(ratio) if ratio < MANY else f"more than {words.number(MANY)}"
    return f"{fold} times as likely if {first} as if {second}"


# Brain volume


def _spread(arm, sd, upper):
    """How people of a group differ, as far as its source says; of the trial's own dose there is a direction only."""
    if pd.notna(sd):
        return f"SD {words.plain(sd)}"
    if pd.notna(upper):
        return f"95 of 100 below {words.plain(upper)}"
    return "" if arm == "dose_D" else words.NOT_READ


ATROPHY = {
    "Group": "group",
    "Who": ("population", POPULATIONS.get),
    "People": ("people", words.number),
    "% lost a year": ("loss_percent_per_year", words.plain, "less; no number in what we read"),
    "Spread between people": (("arm", "sd", "upper_percentile_95"), _spread),
    "Measured as": "measure",
    "Source": "source",
}


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
    return pd.DataFrame(
        {
            "specificity": specificity,
            "cutoff": cutoff,
            "sensitivity": ndtr((cutoff + disease["loss_percent_per_year"]) / disease["sd"]),
            "printed_cutoff": published["cutoff_percent_per_year"].to_numpy(),
            "printed_sensitivity": published["sensitivity_percent"].to_numpy() / 100,
            "observed_sensitivity": published["observed_sensitivity_percent"].to_numpy() / 100,
        }
    )


def _lost(change):
    return words.number(-change, 2)


CUTOFFS = {
    "Healthy people below the line": ("specificity", words.in_hundred),
    "Line, % lost a year": ("cutoff", _lost),
    "as printed": ("printed_cutoff", _lost),
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


def chance_top_beats_rest(prevented, sd, people_top, people_rest):
    """Chance that the highest dose has the better mean when it prevents so much loss and people vary normally.

    In: loss prevented and sd in one unit, people. Out: Phi(prevented / (sd sqrt(1/n + 1/m))), one half without effect.

    >>> chance_top_beats_rest(0, 0.5, 3, 9), round(chance_top_beats_rest(1, 1.5, 3, 9), 4)
    (0.5, 0.8413)
    """
    error = intervals.number("sd", sd, above=0) * sqrt(1 / people_top + 1 / people_rest)
    return float(ndtr(intervals.number("prevented", prevented, at_least=0) / error))


def less_than_whom(people_per_dose, loss, sd, effect):
    """What "less shrinkage" may have meant: reading, chance without effect, chance with it, and odds.

    In: people per dose in order, yearly loss and its SD (same unit), share of the loss the highest dose prevents.
    Out: reading, no_effect, effect, most_odds (if the effect always gave it), odds (at the assumed effect).
    """
    groups, top, rest = len(people_per_dose), people_per_dose[-1], sum(people_per_dose[:-1])
    prevented = loss * effect
    rows = [
        ("some dose had the least of all", 1.0, 1.0),
        (
            "the highest dose had less than the other people together",
            exact_tests.probability_top_better_than_rest(top, rest),
            chance_top_beats_rest(prevented, sd, top, rest),
        ),
        (
            "the highest dose had the least of all",
            exact_tests.probability_best_of(groups),
            planning.chance_top_leads(groups, top, prevented, sd),
        ),
    ]
    made = pd.DataFrame(rows, columns=["reading", "no_effect", "effect"])
    return made.assign(
        most_odds=made["no_effect"].map(intervals.most_odds_can_rise), odds=made["effect"] / made["no_effect"]
    )


def _fold(odds):
    return f"{words.plain(odds, 1)}-fold"


READINGS = {
    "What “less” may have meant": ("reading", words.sentence),
    "If dose does nothing": ("no_effect", words.in_hundred),
    "If the assumed effect is real": ("effect", words.in_hundred),
    "Odds rise, with that effect": ("odds", _fold),
    "Odds rise, at the very most": ("most_odds", _fold),
}
LUCK = {
    "Headline": "headline",
    "Share of trials in which luck writes it": ("probability", partial(words.plain, digits=4)),
}


def luck(people_per_dose):
    """How often luck alone gives each headline in a hundred trials without effect: headline, probability."""
    groups, top, rest = len(people_per_dose), people_per_dose[-1], sum(people_per_dose[:-1])
    headlines = {
        "Some dose does best": 1.0,
        "The highest dose beats the rest": exact_tests.probability_top_better_than_rest(top, rest),
        f"The highest dose is best of {words.in_words(groups)}": exact_tests.probability_best_of(groups),
        "The doses stand in perfect order": 1 / exact_tests.arrangements([1] * groups),
    }
    return pd.DataFrame(headlines.items(), columns=["headline", "probability"])


def _against(sizes):
    return " v ".join(str(size) for size in sizes)


def smallest_p_values(people_per_dose):
    """Smallest p-values of exact tests for these groups: comparison, people, ways, one_sided, two_sided, picked.

    `picked` is the one-sided value if the dose was chosen after looking: the chance that any of the doses takes the
    extreme places. It is exact, since only one can; for the trend in the order of doses it is not defined.
    """
    groups, top, rest = len(people_per_dose), people_per_dose[-1], sum(people_per_dose[:-1])
    compared = {
        "the highest dose against all other people": [top, rest],
        "the highest dose against one other dose": people_per_dose[-2:],
        "a rise from dose to dose": people_per_dose,
    }
    rows = [
        (name, _against(sizes), exact_tests.arrangements(sizes))
        + tuple(exact_tests.smallest_p_jonckheere(sizes, sides) for sides in ("one", "two"))
        for name, sizes in compared.items()
    ]
    made = pd.DataFrame(rows, columns=["comparison", "people", "ways", "one_sided", "two_sided"])
    picked = (groups * made["one_sided"]).clip(upper=1)
    return made.assign(picked=picked.where(made.index == 0))


def floors_columns(alpha):
    """How `smallest_p_values` reads, and whether each two-sided test could reach the level at all."""
    return {
        "Comparison": ("comparison", words.sentence),
        "People": "people",
        "Ways to deal them": ("ways", words.number),
        "Smallest p, one-sided": ("one_sided", words.probability),
        "Smallest p, two-sided": ("two_sided", words.probability),
        "One-sided, if picked after looking": ("picked", words.probability),
        f"Can reach {words.plain(alpha)}, two-sided": ("two_sided", lambda p: "yes" if p <= alpha else "no"),
    }


PRECISION = {
    "Comparison": ("comparison", words.sentence),
    "People": "people",
    "Difference known to within ± % a year": ("half_width", TWO_DIGITS),
    "In shares of the untreated yearly loss": ("share_of_loss", lambda times: f"{words.significant(times)} times"),
}


def what_three_can_show(people_per_dose, loss, sd, confidence):
    """How well a difference between groups is known: comparison, people, half_width (% a year), share_of_loss.

    Half width of the interval by the normal formula with the spread known: z sd sqrt(1/n + 1/m).
    """
    top, rest = people_per_dose[-1], sum(people_per_dose[:-1])
    z = norm.isf((1 - intervals.number("confidence", confidence, above=0, below=1)) / 2)
    compared = {
        "the highest dose against all other people": (top, rest),
        "the highest dose against one other dose": (top, people_per_dose[-2]),
        "a trial with a hundred people in each arm": (100, 100),
    }
    rows = [(name, _against(sizes), z * sd * sqrt(sum(1 / n for n in sizes))) for name, sizes in compared.items()]
    made = pd.DataFrame(rows, columns=["comparison", "people", "half_width"])
    return made.assign(share_of_loss=made["half_width"] / loss)


RIVALS = {
    "What else": "rival",
    "How it could change a scan": "how",
    "Which way": "direction",
    "What would tell it apart": "told_apart_by",
}


# Simulated trials

WORLD_NAMES = {"top": "Only the highest dose works", "dose": "Each higher dose works better"}
TEST_NAMES = {"permutation": "Highest v rest", "slope": "Slope on dose", "jonckheere": "Order of ranks"}
STEPS = 10  # steps from no effect to a loss stopped altogether


def power_by_effect(people_per_dose, doses, loss, sd, alpha, n_simulations, seed):
    """Chance of simulated trials to reach two-sided p at most alpha, from no effect to a loss stopped altogether.

    In: people and dose of each group in order, yearly loss and SD (same unit), alpha, simulated trials, seed. Out: world, test
    (names), effect (share of the loss the highest dose prevents), power, error (Monte Carlo standard error).
    """
    effects = [step / STEPS for step in range(STEPS + 1)]
    sizes = [loss * effect / intervals.number("sd", sd, above=0) for effect in effects]
    made = simulate.power_of_tests(people_per_dose, doses, sizes, alpha, n_simulations, seed)
    return pd.DataFrame(
        {
            "world": made["world"].map(WORLD_NAMES),
            "test": made["test"].map(TEST_NAMES),
            "effect": made["standardised"].map(dict(zip(sizes, effects, strict=True))),
            "power": made["power"],
            "error": made["error"],
        }
    )


POWER = {"In simulated trials where": "world", "Test": "test", "No effect": (0.0, words.in_hundred)}
POWER |= {f"{words.percent(effect)} of the loss prevented": (effect, words.in_hundred) for effect in (0.5, 1.0)}


def power_at_ends(made):
    """The same for no effect, half and all of the loss: world, test, and a column of chances for each, named by it."""
    shown = made[made["effect"].isin([0.0, 0.5, 1.0])]
    return shown.pivot(index=["world", "test"], columns="effect", values="power").reset_index()


def _mean_and_sd(loss, sd):
    return f"{words.plain(loss)} ({words.number(sd, 2)})"


def _each_test(*powers):
    found = zip(TEST_NAMES.values(), powers, strict=True)
    return "; ".join(f"{test.lower()} {words.number(100 * power)}" for test, power in found)


POWER_BY_SOURCE = {
    "Mean and SD of": ("group", words.sentence),
    "% lost a year, mean (SD)": (("loss", "sd"), _mean_and_sd),
}
POWER_BY_SOURCE |= {
    name: (tuple(f"{world}, {test}" for test in TEST_NAMES), _each_test) for world, name in WORLD_NAMES.items()
}


def power_by_source(atrophy, people_per_dose, doses, loss, sd, effect, alpha, n_simulations, seed):
    """The same chance at one effect, over the parameters and each published group of people with MS with a mean and a spread.

    Out: group, loss, sd, and a column "world, test" of chances for each; a spread that a source gives as a standard error is
    worked out from it.
    """
    groups = atrophy[atrophy["arm"].isin(["untreated", "not_said"])]
    spread = groups["sd"].fillna(groups["se"] * np.sqrt(groups["people"].astype(float)))
    known = zip(groups["group"], groups["loss_percent_per_year"], spread, strict=True)
    rows = [("parameters of this page", loss, sd), *(row for row in known if pd.notna(row[2]))]
    made = []
    for group, mean, of_group in rows:
        found = simulate.power_of_tests(people_per_dose, doses, [mean * effect / of_group], alpha, n_simulations, seed)
        powers = {f"{row.world}, {row.test}": row.power for row in found.itertuples()}
        made.append({"group": group, "loss": mean, "sd": of_group} | powers)
    return pd.DataFrame(made)


def simulated_record(name, pair, unit, what, seed):
    """One result of a simulation as a row to record: its value, limits of two Monte Carlo standard errors, and the method."""
    value, error = pair
    return {
        "name": name,
        "value": value,
        "lower": value - 2 * error,
        "upper": value + 2 * error,
        "unit": unit,
        "method": f"simulated, {what}, seed {seed}; limits are two Monte Carlo standard errors",
    }


def top_against_rest_results(made, picked, solved, n_simulations, seed):
    """The simulated results of this chapter as rows to record; what no simulated trial could tell is left out."""
    test = f"{n_simulations} trials, exact permutation of 3 against 9, two-sided (twice the smaller tail)"
    rows = [
        simulated_record("imaging.power_3_v_9", made["power"], "probability", test, seed),
        simulated_record("imaging.type_m_3_v_9", made["type_m"], "times the truth", test, seed),
        simulated_record("imaging.type_s_3_v_9", made["type_s"], "probability", test, seed),
        simulated_record("imaging.false_finding_picked", picked["picked"], "probability", f"{test}, no effect", seed),
        simulated_record("imaging.line_up_solved", solved, "probability", f"{n_simulations} line-ups of 12", seed),
    ]
    return pd.DataFrame([row for row in rows if np.isfinite([row["value"], row["lower"]]).all()])


def overstated_in_words(made, alpha):
    """What the simulated trials that reached alpha would have said, by rule, as one sentence.

    >>> print(overstated_in_words({"power": (0.0, 0.0), "type_m": (float("nan"),) * 2, "type_s": (float("nan"),) * 2}, 0.005))
    No simulated trial reached the level of 0.005, so none of them would have told anything.
    """
    if not made["power"][0]:
        return (
            f"No simulated trial reached the level of {words.plain(alpha)}, so none of them would have told anything."
        )
    wrong = made["type_s"][0]
    sign = f"{words.in_hundred(wrong)} of them" if wrong else "none of them"
    return (
        f"The simulated trials with the assumed effect that reached the level of {words.plain(alpha)} would have told an effect {words.number(made['type_m'][0], 1)} times as large "
        f"as the true one, on average, and {sign} would have had it the wrong way round."
    )


def brain_line_up_numbers(made, loss, sd, effect, seed):
    """The numbers of every panel, one row a simulated trial, and how they were made; not in which one the dose works."""
    lists = made.groupby(["panel", "dose"])["loss"].agg(lambda part: "; ".join(map(TWO_DIGITS, part))).unstack("dose")
    lowest, *between, highest = lists.columns
    lists.columns = ["Lowest simulated dose", *(f"Simulated dose {dose}" for dose in between), "Highest simulated dose"]
    how = (
        f"Bell curve, mean loss {words.plain(loss)}, SD {words.plain(sd)} (% a year); in one trial the highest dose prevents "
        f"{words.percent(effect)} of the loss; seed {seed}"
    )
    lists.loc["How they were simulated", "Lowest simulated dose"] = how
    return lists.reset_index(names="Simulated trial")
