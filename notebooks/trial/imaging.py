"""Tables of chapter 03: people with new lesions under assumed rates, yearly brain loss, and what luck alone gives."""

from math import expm1, inf, log1p, sqrt

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import norm

from trial import words
from trial.methods import exact_tests, intervals, planning, simulate

WORLDS = {"halve new lesions": 0.5, "do not change them": 1.0, "double new lesions": 2.0}
POPULATIONS = {
    "healthy": "healthy",
    "rrms": "relapsing MS",
    "spms": "secondary progressive MS",
    "ppms": "primary progressive MS",
    "mixed": "several types of MS",
}
NOT_READ = "not in what we read"
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
    rows = []
    for k in models(lesion_dispersion):
        for world, factor in WORLDS.items():
            mean = lesions_per_year * years * factor
            share, free = share_with_new_lesion(mean, k), log_free(mean, k)
            rows += [
                {
                    "model": model_name(k),
                    "dispersion_k": k,
                    "world": world,
                    "factor": factor,
                    "share": share,
                    "log_free": free,
                    "count": count,
                    "probability": float(chance),
                }
                for count, chance in enumerate(intervals.count_distribution(share, people))
            ]
    return pd.DataFrame(rows)


def chosen_lesions(lesions_per_year, lesion_dispersion, years, people, seen):
    """Chance of each count of people with a new lesion, untreated, over an evenly spaced grid around the assumed values.

    Out: rate (lesions a year, up to 2.4 times the assumed), bunching (1/k, from 0 for a Poisson to three times the assumed),
    count, probability, and at_most, at_least (chances of that many as `seen` or fewer, or more).
    """
    rows = []
    for rate in lesions_per_year / 5 * np.arange(1, 13):
        for bunching in np.arange(7) / (2 * lesion_dispersion):
            share = share_with_new_lesion(rate * years, 1 / bunching if bunching else np.inf)
            chances = intervals.count_distribution(share, people)
            rows.append(
                pd.DataFrame(
                    {
                        "rate": rate,
                        "bunching": bunching,
                        "count": range(people + 1),
                        "probability": chances,
                        "at_most": chances[: seen + 1].sum(),
                        "at_least": chances[seen:].sum(),
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)


def chosen_lesions_in_words(table, seen):
    """The chance of the count seen as texts: a row a rate, a column a strength of bunching."""
    same = table[table["count"] == seen]
    made = same.pivot(index="rate", columns="bunching", values="probability").map(words.in_hundred)
    made.columns = [f"1/k = {words.plain(value)}" if value else "By chance (1/k = 0)" for value in made.columns]
    made.insert(0, "Lesions a year", [words.plain(rate) for rate in made.index])
    return made.reset_index(drop=True)


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


def expected_without_treatment(counts, seen, people):
    """What the assumed rate gives without any effect, as texts: share, people, and where the count seen falls."""
    same = counts[counts["factor"] == 1]
    rows = []
    for model, part in same.groupby("model", sort=False):
        low = part[part["count"] <= seen]["probability"].sum()
        exactly = part[part["count"] == seen]["probability"].sum()
        share = part["share"].iloc[0]
        rows.append(
            {
                "How lesions fall on people": words.sentence(model),
                "Share with a new lesion": words.percent(share),
                f"Of {people}, on average": words.number(share * people, 1),
                f"Trials with exactly {seen}": words.in_hundred(exactly),
                f"{seen} or fewer": words.in_hundred(low),
                f"{seen} or more": words.in_hundred(1 - low + exactly),
            }
        )
    return pd.DataFrame(rows)


def worlds_in_words(counts, seen):
    """Trials with exactly the count seen in each world, one row a model, as texts."""
    chances = chances_of_count(counts, seen)
    made = chances.pivot(index="model", columns="world", values="probability")
    made = made.reindex(index=list(dict.fromkeys(chances["model"])), columns=list(WORLDS)).map(words.in_hundred)
    made.columns = [f"If the cells {world}" for world in made.columns]
    return made.rename(index=words.sentence).reset_index(names="How lesions fall on people")


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


def rates_that_fit(count, people, confidence, lesions_per_year, lesion_dispersion, years):
    """Yearly rates the count still fits, from the exact limits of the share (Clopper-Pearson).

    Out, one row a model: model, dispersion_k, lower, upper (lesions a year), lower_factor, upper_factor (multiples of
    the assumed rate).
    """
    limits = intervals.clopper_pearson(count, people, confidence)
    rows = []
    for k in models(lesion_dispersion):
        lower, upper = (mean_with_share(share, k) / years for share in (limits.lower, limits.upper))
        rows.append(
            {
                "model": model_name(k),
                "dispersion_k": k,
                "lower": lower,
                "upper": upper,
                "lower_factor": lower / lesions_per_year,
                "upper_factor": upper / lesions_per_year,
            }
        )
    return pd.DataFrame(rows)


def rates_in_words(rates):
    """The same as texts."""
    return pd.DataFrame(
        {
            "How lesions fall on people": rates["model"].map(words.sentence),
            "Lesions a year that fit": [
                words.between(row.lower, row.upper, words.significant) for row in rates.itertuples()
            ],
            "Times the assumed rate": [
                words.between(row.lower_factor, row.upper_factor, words.significant) for row in rates.itertuples()
            ],
        }
    )


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


def atrophy_in_words(atrophy):
    """Yearly brain loss by group, as texts, in the order of the file; the trial's own row has a direction only."""

    def spread(row):
        if pd.notna(row.sd):
            return f"SD {words.plain(row.sd)}"
        if pd.notna(row.upper_percentile_95):
            return f"95 of 100 below {words.plain(row.upper_percentile_95)}"
        return "" if row.arm == "dose_D" else NOT_READ

    return pd.DataFrame(
        {
            "Group": atrophy["group"],
            "Who": atrophy["population"].map(POPULATIONS).map(words.sentence),
            "People": ["" if pd.isna(count) else words.number(count) for count in atrophy["people"]],
            "% lost a year": [
                "less; no number in what we read" if pd.isna(loss) else words.plain(loss)
                for loss in atrophy["loss_percent_per_year"]
            ],
            "Spread between people": [spread(row) for row in atrophy.itertuples()],
            "Measured as": atrophy["measure"],
            "Source": atrophy["source"],
        }
    )


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


def cutoffs_in_words(made):
    """The same as texts, losses positive."""
    return pd.DataFrame(
        {
            "Healthy people below the line": made["specificity"].map(words.in_hundred),
            "Line, % lost a year": [words.number(-value, 2) for value in made["cutoff"]],
            "as printed": [words.number(-value, 2) for value in made["printed_cutoff"]],
            "People with MS above it": made["sensitivity"].map(words.in_hundred),
            "printed, same method": made["printed_sensitivity"].map(words.in_hundred),
            "counted in the study": made["observed_sensitivity"].map(words.in_hundred),
        }
    )


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
            planning.chance_top_leads(people_per_dose, prevented, sd),
        ),
    ]
    made = pd.DataFrame(rows, columns=["reading", "no_effect", "effect"])
    return made.assign(
        most_odds=made["no_effect"].map(intervals.most_odds_can_rise), odds=made["effect"] / made["no_effect"]
    )


def less_than_whom_in_words(made):
    """The same as texts."""
    return pd.DataFrame(
        {
            "What “less” may have meant": made["reading"].map(words.sentence),
            "If dose does nothing": made["no_effect"].map(words.in_hundred),
            "If the assumed effect is real": made["effect"].map(words.in_hundred),
            "Odds rise, with that effect": [f"{words.plain(odds, 1)}-fold" for odds in made["odds"]],
            "Odds rise, at the very most": [f"{words.plain(odds, 1)}-fold" for odds in made["most_odds"]],
        }
    )


def luck(people_per_dose):
    """How often luck alone gives each headline in a hundred trials without effect: headline, probability."""
    groups = len(people_per_dose)
    rest = sum(people_per_dose[:-1])
    return pd.DataFrame(
        [
            ("Some dose does best", 1.0),
            (
                "The highest dose beats the rest",
                exact_tests.probability_top_better_than_rest(people_per_dose[-1], rest),
            ),
            (f"The highest dose is best of {words.in_words(groups)}", exact_tests.probability_best_of(groups)),
            ("The doses stand in perfect order", 1 / exact_tests.arrangements([1] * groups)),
        ],
        columns=["headline", "probability"],
    )


def smallest_p_values(people_per_dose):
    """Smallest p-values of exact tests for these groups: comparison, sizes, ways, one_sided, two_sided, picked.

    `picked` is the one-sided value if the dose was chosen after looking: the chance that any of the doses takes the
    extreme places. It is exact, since only one can; for the trend in the order of doses it is not defined.
    """
    groups, top, rest = len(people_per_dose), people_per_dose[-1], sum(people_per_dose[:-1])
    rows = [
        ("the highest dose against all other people", [top, rest], groups),
        ("the highest dose against one other dose", people_per_dose[-2:], None),
        ("a rise from dose to dose", list(people_per_dose), None),
    ]
    made = []
    for comparison, sizes, choices in rows:
        ways = exact_tests.arrangements(sizes)
        one = exact_tests.smallest_p_jonckheere(sizes, "one")
        made.append(
            {
                "comparison": comparison,
                "sizes": sizes,
                "ways": ways,
                "one_sided": one,
                "two_sided": exact_tests.smallest_p_jonckheere(sizes, "two"),
                "picked": min(1.0, choices * one) if choices else float("nan"),
            }
        )
    return pd.DataFrame(made)


def smallest_p_in_words(made, alpha):
    """The same as texts, and whether each two-sided test could reach the level at all."""
    return pd.DataFrame(
        {
            "Comparison": made["comparison"].map(words.sentence),
            "People": [" v ".join(str(size) for size in sizes) for sizes in made["sizes"]],
            "Ways to deal them": made["ways"].map(words.number),
            "Smallest p, one-sided": made["one_sided"].map(words.probability),
            "Smallest p, two-sided": made["two_sided"].map(words.probability),
            "One-sided, if picked after looking": [
                "" if pd.isna(value) else words.probability(value) for value in made["picked"]
            ],
            f"Can reach {words.plain(alpha)}, two-sided": ["yes" if p <= alpha else "no" for p in made["two_sided"]],
        }
    )


def what_three_can_show(people_per_dose, loss, sd, confidence):
    """How well a difference between groups is known: comparison, sizes, half_width (% a year), share_of_loss.

    Half width of the interval by the normal formula with the spread known: z sd sqrt(1/n + 1/m).
    """
    top, rest = people_per_dose[-1], sum(people_per_dose[:-1])
    z = norm.isf((1 - intervals.number("confidence", confidence, above=0, below=1)) / 2)
    rows = [
        ("the highest dose against all other people", top, rest),
        ("the highest dose against one other dose", top, people_per_dose[-2]),
        ("a trial with a hundred people in each arm", 100, 100),
    ]
    made = pd.DataFrame(
        [
            {"comparison": name, "sizes": [one, other], "half_width": z * sd * sqrt(1 / one + 1 / other)}
            for name, one, other in rows
        ]
    )
    return made.assign(share_of_loss=made["half_width"] / loss)


def what_three_can_show_in_words(made):
    """The same as texts."""
    return pd.DataFrame(
        {
            "Comparison": made["comparison"].map(words.sentence),
            "People": [" v ".join(str(size) for size in sizes) for sizes in made["sizes"]],
            "Difference known to within ± % a year": [words.number(value, 2) for value in made["half_width"]],
            "In shares of the untreated yearly loss": [
                f"{words.significant(value)} times" for value in made["share_of_loss"]
            ],
        }
    )


def scan_rivals(rivals):
    """What else than the cells could change a scan, of the table rival_explanations."""
    found = rivals[rivals["about"] == "scan"]
    heads = {
        "rival": "What else",
        "how": "How it could change a scan",
        "direction": "Which way",
        "told_apart_by": "What would tell it apart",
    }
    return found[list(heads)].rename(columns=heads)


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


def power_by_effect_in_words(made):
    """The same as texts: one row a world and test, for no effect, half and all of the loss."""
    shown = made[made["effect"].isin([0.0, 0.5, 1.0])]
    wide = shown.pivot(index=["world", "test"], columns="effect", values="power").map(words.in_hundred)
    wide.columns = ["No effect", *(f"{words.percent(effect)} of the loss prevented" for effect in wide.columns[1:])]
    return wide.reset_index().rename(columns={"world": "In simulated trials where", "test": "Test"})


def power_by_source(atrophy, people_per_dose, doses, loss, sd, effect, alpha, n_simulations, seed):
    """The same chance at one effect, over the parameters and each published group of people with MS with a mean and a spread.

    Out: group, loss, sd, world, test, power, error; a spread that a source gives as a standard error is worked out from it.
    """
    groups = atrophy[atrophy["arm"].isin(["untreated", "not_said"])].copy()
    groups["spread"] = groups["sd"].fillna(groups["se"] * np.sqrt(groups["people"].astype(float)))
    known = groups[groups["spread"].notna()]
    rows = [("parameters of this page", loss, sd)]
    rows += list(known[["group", "loss_percent_per_year", "spread"]].itertuples(index=False, name=None))
    parts = []
    for group, mean, spread in rows:
        made = simulate.power_of_tests(people_per_dose, doses, [mean * effect / spread], alpha, n_simulations, seed)
        parts.append(made.drop(columns="standardised").assign(group=group, loss=mean, sd=spread))
    made = pd.concat(parts, ignore_index=True)
    return made.assign(world=made["world"].map(WORLD_NAMES), test=made["test"].map(TEST_NAMES))


def power_by_source_in_words(made):
    """The same as texts: one row a group, the tests in one order, simulated trials of a hundred."""
    first = made.drop_duplicates("group").set_index("group")
    texts = pd.DataFrame({"Mean and SD of": [words.sentence(group) for group in first.index]})
    texts["% lost a year, mean (SD)"] = [
        f"{words.plain(row.loss)} ({words.number(row.sd, 2)})" for row in first.itertuples()
    ]
    for world in WORLD_NAMES.values():
        part = made[made["world"] == world].pivot(index="group", columns="test", values="power").reindex(first.index)
        texts[world] = [
            "; ".join(f"{test.lower()} {words.number(100 * row[test])}" for test in TEST_NAMES.values())
            for _, row in part.iterrows()
        ]
    return texts


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


def brain_line_up_in_words(made, loss, sd, effect, seed):
    """The numbers of every panel, one row a simulated trial, and how they were made; not in which one the dose works."""
    lists = made.groupby(["panel", "dose"])["loss"].agg(lambda part: "; ".join(words.number(loss, 2) for loss in part))
    wide = lists.unstack("dose")
    last = wide.columns.max()
    names = {dose: f"Simulated dose {dose}" for dose in wide.columns} | {
        1: "Lowest simulated dose",
        last: "Highest simulated dose",
    }
    table = wide.rename(columns=names).reset_index(names="Simulated trial").astype({"Simulated trial": str})
    how = (
        f"Bell curve, mean loss {words.plain(loss)}, SD {words.plain(sd)} (% a year); in one trial the highest dose prevents "
        f"{words.percent(effect)} of the loss; seed {seed}"
    )
    table.loc[len(table)] = ["How they were simulated", how, *[""] * (len(wide.columns) - 1)]
    return table
