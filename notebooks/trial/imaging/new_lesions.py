"""People with new lesions: how many an assumed rate would give if the cells helped, did nothing, or harmed."""

from math import inf

import numpy as np
import pandas as pd

from trial import words
from trial.methods import intervals

WORLDS = {"halve new lesions": 0.5, "do not change them": 1.0, "double new lesions": 2.0}
EVEN_FROM = 2 / 3  # a count less than 1.5 times as likely either way speaks for neither; our choice
MANY = 1000  # larger ratios of likelihoods are not told more exactly


def model_name(dispersion_k):
    """How new lesions fall on people, in words."""
    return "spread by chance" if dispersion_k == inf else f"bunched in some people (k = {words.plain(dispersion_k)})"


def models(lesion_dispersion):
    """Sizes k of the three models shown: the assumed one of every chapter, Poisson, and one twice as bunched."""
    return [lesion_dispersion, inf, lesion_dispersion / 2]


def new_lesion_counts(lesions_per_year, lesion_dispersion, years, people):
    """Chance that 0, 1, ... of so many people have a new lesion: one row a model, world and count.

    Columns: model, dispersion_k, world (what the cells do to the rate), factor, share (of people with a new lesion),
    log_free (logarithm of the share without), count, probability, at_most, at_least (chances of that many or fewer, or
    more). People are alike and independent, so the count is binomial.
    """
    cases = [(k, world) for k in models(lesion_dispersion) for world in WORLDS]
    made = pd.DataFrame(cases, columns=["dispersion_k", "world"])
    made.insert(0, "model", made["dispersion_k"].map(model_name))
    made["factor"] = made["world"].map(WORLDS)
    means = [(lesions_per_year * years * WORLDS[world], k) for k, world in cases]
    made["share"] = [intervals.at_least_one_negative_binomial(mean, k) for mean, k in means]
    made["log_free"] = [intervals.log_none(mean, k) for mean, k in means]
    chances = [intervals.count_distribution(share, people) for share in made["share"]]
    made = made.assign(count=[range(people + 1)] * len(made), probability=chances)
    made = made.explode(["count", "probability"], ignore_index=True).astype({"count": int, "probability": float})
    made["at_most"] = made.groupby(["model", "world"])["probability"].cumsum()
    return made.assign(at_least=1 - made["at_most"] + made["probability"])


def chance_of_seen(counts, seen):
    """The chance of exactly the count seen, laid out wide: a row a model, a column a world."""
    same = counts[counts["count"] == seen]
    return same.pivot(index="model", columns="world", values="probability").loc[same["model"].unique()].reset_index()


BY_WORLD = {"How lesions fall on people": ("model", words.sentence)}
BY_WORLD |= {f"If the cells {world}": (world, words.in_hundred) for world in WORLDS}


def chances_of_count(counts, seen):
    """Chances of the count seen by model and world: the columns of `new_lesion_counts` but count and log_free, and likelihood.

    The likelihood is relative to cells that change nothing under the same model; above 1e300 it stops there.
    """
    people = counts["count"].max()
    made = counts[counts["count"] == seen].drop(columns="count").reset_index(drop=True)
    # By logarithms: at a high rate nearly everyone has a lesion, and both chances would be 0.
    log_chance = seen * np.log(-np.expm1(made["log_free"])) + (people - seen) * made["log_free"]
    same = made["model"].map(log_chance[made["factor"] == 1].set_axis(made.loc[made["factor"] == 1, "model"]))
    return made.drop(columns="log_free").assign(likelihood=np.exp((log_chance - same).clip(-690, 690)))


def weight_in_words(likelihood):
    """How a count weighs for or against something, by rule: 1 to 1 where it is less than 1.5 times as likely either way.

    >>> weight_in_words(0.84), weight_in_words(0.03), weight_in_words(2.4), weight_in_words(1e9)
    ('about 1 to 1', '33 to 1 against', '2.4 to 1 for', 'more than 1,000 to 1 for')
    """
    if EVEN_FROM < likelihood < 1 / EVEN_FROM:
        return "about 1 to 1"
    odds = max(likelihood, 1 / likelihood)
    odds_in_words = words.significant(odds) if odds < MANY else f"more than {words.number(MANY)}"
    return f"{odds_in_words} to 1 {'for' if likelihood > 1 else 'against'}"


def weights(chances, world):
    """The weight of the count for a world against no effect, under every model in turn, as part of a sentence.

    In: chances_of_count, a key of WORLDS.
    """
    likelihoods = chances.loc[chances["factor"] == WORLDS[world], ["dispersion_k", "likelihood"]]
    assumed = f"if lesions bunch as assumed (k = {words.plain(likelihoods.dispersion_k.iloc[0])})"
    models = (assumed, "if they fall by chance", "if they bunch twice as much")
    pairs = zip(likelihoods["likelihood"], models, strict=True)
    return words.listed([f"{weight_in_words(likelihood)} {model}" for likelihood, model in pairs])


def chance_to_show_help(counts, alpha):
    """How often a trial of this size would see too few people with a new lesion for luck, if the cells halve the rate.

    Out, one row a model: model, limit (the largest count whose chance of that many or fewer, without effect, is at most
    alpha / 2; -1 if there is none), chance (of a count at or below it if the cells halve new lesions).
    """
    rows = []
    for model, part in counts.groupby("model", sort=False):
        at_most = part.pivot(index="count", columns="world", values="at_most")
        limit = int((at_most["do not change them"] <= alpha / 2).sum()) - 1
        rows.append((model, limit, float(at_most["halve new lesions"].get(limit, 0.0))))
    return pd.DataFrame(rows, columns=["model", "limit", "chance"])


RATES = {
    "How lesions fall on people": ("model", words.sentence),
    "Lesions a year that fit": (("lower", "upper"), words.between_numbers),
    "Times the assumed rate": (("lower_factor", "upper_factor"), words.between_numbers),
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
        made[end] = [intervals.mean_with_at_least_one(share, k) / years for k in sizes]
    return made.assign(lower_factor=made["lower"] / lesions_per_year, upper_factor=made["upper"] / lesions_per_year)
