"""Seeded simulations of trials and panels. Nothing here is a person, or a panel, of the real trial."""

from itertools import accumulate, combinations, pairwise

import numpy as np
import pandas as pd
from scipy.special import stdtr

from trial.methods.exact_tests import (
    ARRANGEMENT_LIMIT,
    arrangements,
    checked_sizes,
    jonckheere_distribution,
    sample,
)
from trial.methods.intervals import SIDES, number, one_of, whole_number


def event_panels(events, people_per_cohort, dispersion, panels, seed):
    """Simulated counts of events per cohort when the dose does nothing and people differ in how many events they have.

    In: events in all, people in each cohort, dispersion (size k of the gamma spread between people; small k bunches the
    events in few people), number of panels, seed. Out: whole numbers, panels x cohorts; every row adds up to `events`.
    Each person's share is drawn from a symmetric Dirichlet with weight k, the events from the multinomial given the
    shares (the negative binomial given its total; Johnson, Kotz and Balakrishnan, 1997).

    >>> event_panels(44, [3, 3, 3, 3], 1.0, 2, 2023).sum(axis=1).tolist()
    [44, 44]
    """
    whole_number("events", events, at_least=0)
    whole_number("panels", panels, at_least=1)
    number("dispersion", dispersion, above=0)
    generator = np.random.default_rng(whole_number("seed", seed, at_least=0))
    shares = generator.dirichlet([dispersion] * sum(people_per_cohort), size=panels)
    per_person = generator.multinomial(events, shares)
    return np.add.reduceat(per_person, np.cumsum([0, *people_per_cohort[:-1]]), axis=1)


def line_up(counts, people_per_cohort, dispersion, panels, seed):
    """The reported counts hidden among simulated panels without a dose effect (Buja and others, 2009).

    In: events per cohort by name (a mapping), people in each cohort, dispersion, panels in all, seed. Out: table of panel
    (from 1), cohort, events, reported (true for the one real panel), slope (sum of cohort rank times events).
    """
    made = event_panels(sum(counts.values()), people_per_cohort, dispersion, panels - 1, seed)
    place = int(np.random.default_rng([seed, panels]).integers(panels))
    rows = np.insert(made, place, list(counts.values()), axis=0)
    slope = rows @ np.arange(1, len(counts) + 1)
    return pd.DataFrame(
        [
            {
                "panel": panel + 1,
                "cohort": cohort,
                "events": int(rows[panel, column]),
                "reported": panel == place,
                "slope": int(slope[panel]),
            }
            for panel in range(panels)
            for column, cohort in enumerate(counts)
        ]
    )


# p-values of many trials at once


def _trials(values, people):
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or table.shape[1] != people or not np.isfinite(table).all():
        raise ValueError(f"The trials must be rows of {people} finite values, not an array of shape {table.shape}.")
    return table


def permutation_p_values(trials, people_first, sides):
    """p-values of the exact permutation test of the mean of the first people against the rest, one a trial.

    In: array trials x people of continuous values, the first group in the first columns; sides as in exact_tests ("two" is
    twice the smaller tail). Out: array of p-values. Each agrees with exact_tests.two_group_permutation where no two sums tie.

    >>> permutation_p_values([[10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9]], 3, "two").tolist() == [2 / 220]
    True
    """
    one_of("sides", sides, SIDES)
    table = _trials(trials, np.shape(trials)[-1])
    people = table.shape[1]
    first = whole_number("people_first", people_first, at_least=1, at_most=people - 1)
    ways = whole_number("the number of arrangements", arrangements([first, people - first]), at_most=ARRANGEMENT_LIMIT)
    chosen = np.zeros((people, ways))
    for column, group in enumerate(combinations(range(people), first)):
        chosen[list(group), column] = 1
    p_values = np.empty(len(table))
    step = max(1, ROOM // ways)
    for start in range(0, len(table), step):
        # the people's own arrangement is the first column
        sums = table[start : start + step] @ chosen
        tails = {"upper": sums >= sums[:, :1], "lower": sums <= sums[:, :1]}
        upper, lower = (tails[side].mean(axis=1) for side in ("upper", "lower"))
        p_values[start : start + step] = {"upper": upper, "lower": lower}.get(sides, _two(lower, upper))
    return p_values


def _two(lower, upper):
    return np.minimum(1, 2 * np.minimum(lower, upper))


def jonckheere_p_values(trials, sizes, sides):
    """p-values of the exact Jonckheere-Terpstra test, one a trial; agrees with jonckheere where no two values tie.

    In: array trials x people, the groups side by side in order; their sizes; sides ("upper": values grow from group to
    group). Out: array of p-values. ValueError where two values of a trial tie.

    >>> jonckheere_p_values([range(12)], [3, 3, 3, 3], "upper").tolist() == [1 / 369600]
    True
    """
    one_of("sides", sides, SIDES)
    sizes = checked_sizes(sizes)
    table = _trials(trials, sum(sizes))
    ordered = np.sort(table, axis=1)
    if (ordered[:, 1:] == ordered[:, :-1]).any():
        raise ValueError("Two values of one trial tie, but this test of many trials is exact only without ties.")
    statistic, starts = np.zeros(len(table), dtype=int), np.cumsum([0, *sizes])
    for start, stop in pairwise(starts[1:]):
        for person in range(start, stop):
            statistic += (table[:, person : person + 1] > table[:, :start]).sum(axis=1)
    counts = list(jonckheere_distribution(sizes).values())
    total = sum(counts)
    lower = np.array([below / total for below in accumulate(counts)])
    upper = np.array([above / total for above in accumulate(reversed(counts))])[::-1]
    return {"upper": upper, "lower": lower}.get(sides, _two(lower, upper))[statistic]


def slope_p_values(trials, scores, sides):
    """p-values of Student's t test of the slope of the values on the scores of their people, one a trial (bell curves).

    In: array trials x people, one score a person; sides. Out: array of p-values; the only test here that leans on bell
    curves. A slope of 1 with residuals 1, -1, -1, 1 at scores -3, -1, 1, 3, by hand: t = sqrt(10), p = (1 - t / sqrt(12)) / 2.

    >>> [round(float(p), 6) for p in slope_p_values([[-2, -2, 0, 4]], [-3, -1, 1, 3], "upper")]
    [0.043565]
    """
    one_of("sides", sides, SIDES)
    scores = np.asarray(sample("scores", scores, at_least=3)) - np.mean(scores)
    table = _trials(trials, len(scores))
    centred, spread = (
        table - table.mean(axis=1, keepdims=True),
        number("the spread of the scores", scores @ scores, above=0),
    )
    slope = centred @ scores / spread
    left = ((centred - slope[:, None] * scores) ** 2).sum(axis=1) / (len(scores) - 2)
    t = slope * np.sqrt(spread / left)
    upper, lower = stdtr(len(scores) - 2, -t), stdtr(len(scores) - 2, t)
    return {"upper": upper, "lower": lower}.get(sides, _two(lower, upper))


# Yearly change of brain volume in imagined trials: a bell curve around a mean, people independent

WORLDS = {"top": "only the highest dose works", "dose": "each higher dose works better"}
TESTS = {"jonckheere": "Jonckheere-Terpstra", "permutation": "highest dose against the rest", "slope": "slope"}
ROOM = 4_000_000  # sums held at one time
CHUNK = 10_000  # trials drawn at a time, which bounds the memory


def shares_of_effect(world, doses):
    """Share of the effect each dose has: "top": only the last; "dose": linear in the logarithm of the dose, none at the first.

    By hand: doses that double stand at equal steps.

    >>> shares_of_effect("top", [1, 2, 4]).tolist(), shares_of_effect("dose", [1, 2, 4]).tolist()
    ([0.0, 0.0, 1.0], [0.0, 0.5, 1.0])
    """
    one_of("world", world, tuple(WORLDS))
    if len(doses) < 2 or sorted(doses) != list(doses) or doses[0] <= 0 or doses[0] == doses[-1]:
        raise ValueError(f"The doses are {list(doses)}, but they must be two or more, above 0 and rising.")
    if world == "top":
        return np.array([0.0] * (len(doses) - 1) + [1.0])
    return np.log(np.array(doses) / doses[0]) / np.log(doses[-1] / doses[0])


def standard_people(trials, people, seed):
    """Simulated people on the standard bell curve: arrays of at most 10,000 trials x people, in all so many trials."""
    whole_number("n_simulations", trials, at_least=1)
    generator = np.random.default_rng(whole_number("seed", seed, at_least=0))
    for start in range(0, trials, CHUNK):
        yield generator.standard_normal((min(CHUNK, trials - start), people))


def _passes(p_values, alpha):
    # a p-value printed as alpha counts as alpha, whatever the last binary digit
    return p_values <= alpha * (1 + 1e-9)


def power_of_tests(people_per_dose, doses, standardised, alpha, n_simulations, seed):
    """How often simulated trials reach two-sided p at most alpha, by world, size of the effect and test.

    In: people and dose of each group in order; effects of the highest dose in SDs between people; alpha, number of simulated
    trials, seed. Out: world, standardised, test, power, error (Monte Carlo standard error). The same simulated people serve
    every world, effect and test. Exact p-values (twice the smaller tail) but for the slope, Student's t on log dose.
    """
    sizes, top = list(people_per_dose), people_per_dose[-1]
    alpha = number("alpha", alpha, above=0, below=1)
    scores = np.repeat(np.log(doses), sizes)
    keys = [(world, size, test) for world in WORLDS for size in standardised for test in TESTS]
    reached = dict.fromkeys(keys, 0)
    for noise in standard_people(n_simulations, sum(sizes), seed):
        for world in WORLDS:
            shares = np.repeat(shares_of_effect(world, doses), sizes)
            for size in standardised:
                people = noise + number("the effect", size) * shares
                p_values = {
                    "jonckheere": jonckheere_p_values(people, sizes, "two"),
                    "permutation": permutation_p_values(np.roll(people, top, axis=1), top, "two"),
                    "slope": slope_p_values(people, scores, "two"),
                }
                for test, found in p_values.items():
                    reached[world, size, test] += int(_passes(found, alpha).sum())
    made = pd.DataFrame(keys, columns=["world", "standardised", "test"])
    made["power"] = [reached[key] / n_simulations for key in keys]
    return made.assign(error=np.sqrt(made["power"] * (1 - made["power"]) / n_simulations))


def top_against_rest(people_per_dose, standardised, alpha, n_simulations, seed):
    """Power, type M and type S error of the highest dose against all others, when it alone works (Gelman and Carlin, 2014).

    In: people per dose, effect in SDs between people (above 0), level of the two-sided exact permutation test (twice the
    smaller tail), number of simulated trials, seed. Out: mapping of power, type_m (mean |estimate| / truth of the trials that
    reach alpha) and type_s (share of these with the wrong sign), each a pair of value and Monte Carlo standard error; nan
    where no trial reaches alpha.
    """
    top = people_per_dose[-1]
    number("the effect", standardised, above=0)
    ratios = []
    for noise in standard_people(n_simulations, sum(people_per_dose), seed):
        noise[:, -top:] += standardised
        estimate = noise[:, -top:].mean(axis=1) - noise[:, :-top].mean(axis=1)
        reached = _passes(permutation_p_values(np.roll(noise, top, axis=1), top, "two"), alpha)
        ratios.append(estimate[reached] / standardised)
    ratios = np.concatenate(ratios)
    power, wrong = len(ratios) / n_simulations, (ratios < 0).mean() if len(ratios) else np.nan
    spread = np.abs(ratios).std(ddof=1) / np.sqrt(len(ratios)) if len(ratios) > 1 else np.nan
    return {
        "power": (power, np.sqrt(power * (1 - power) / n_simulations)),
        "type_m": (np.abs(ratios).mean() if len(ratios) else np.nan, spread),
        "type_s": (wrong, np.sqrt(wrong * (1 - wrong) / len(ratios)) if len(ratios) else np.nan),
    }


def false_finding_if_picked(people_per_dose, alpha, n_simulations, seed):
    """How often luck lets a dose pass in favour, two-sided at alpha, if it is the best-looking one or the last one named before.

    In: people per dose, alpha, number of simulated trials without effect, seed. Out: mapping named, picked: pairs
    of share and Monte Carlo standard error; the test is the exact permutation test against all others.
    """
    sizes = np.array([whole_number("people at a dose", people, at_least=1) for people in people_per_dose])
    starts, last = np.cumsum([0, *sizes[:-1]]), len(sizes) - 1
    hits = {"named": 0, "picked": 0}
    for noise in standard_people(n_simulations, int(sizes.sum()), seed):
        means = np.add.reduceat(noise, starts, axis=1) / sizes
        best = means.argmax(axis=1)
        for dose, (start, size) in enumerate(zip(starts.tolist(), sizes.tolist(), strict=True)):
            looked_at = (best == dose) | (dose == last)
            trials = np.roll(noise[looked_at], -start, axis=1)  # this dose first, then the others
            passes = _passes(permutation_p_values(trials, size, "two"), alpha)
            hits["picked"] += int(passes[best[looked_at] == dose].sum())
        in_favour = noise[:, starts[last] :].mean(axis=1) > noise[:, : starts[last]].mean(axis=1)
        hits["named"] += int((passes & in_favour).sum())
    shares = {way: count / n_simulations for way, count in hits.items()}
    return {way: (share, np.sqrt(share * (1 - share) / n_simulations)) for way, share in shares.items()}


def brain_line_up(people_per_dose, loss, sd, effect, panels, seed):
    """Simulated trials of yearly brain loss, in one of which the highest dose prevents a share of it.

    In: people per dose, mean loss and SD (% a year), share prevented, number of panels, seed. Out: one row a simulated person:
    panel and dose (from 1), loss (% a year, two decimals), works (true in one panel), difference (of the panel: mean of the
    highest dose minus mean of all others).
    """
    whole_number("panels", panels, at_least=2)
    groups, top = len(people_per_dose), people_per_dose[-1]
    generator = np.random.default_rng([whole_number("seed", seed, at_least=0), panels])
    place = int(generator.integers(panels))
    people = loss + number("sd", sd, above=0) * generator.standard_normal((panels, sum(people_per_dose)))
    people[place, -top:] -= loss * effect
    people = people.round(2)
    dose = np.repeat(np.arange(1, groups + 1), people_per_dose)
    made = pd.DataFrame(
        {
            "panel": np.repeat(np.arange(1, panels + 1), len(dose)),
            "dose": np.tile(dose, panels),
            "loss": people.ravel(),
        }
    )
    difference = people[:, -top:].mean(axis=1) - people[:, :-top].mean(axis=1)
    return made.assign(works=made["panel"] == place + 1, difference=np.repeat(difference, len(dose)))


def line_ups_solved(people_per_dose, standardised, panels, n_simulations, seed):
    """How often the largest advantage of the highest dose over all others stands in the one panel in which it works.

    In: people per dose, effect in SDs between people, panels a line-up, number of simulated line-ups, seed. Out: pair of the
    share (equal largest values share the point) and its Monte Carlo standard error; 1 / panels without effect.
    """
    whole_number("panels", panels, at_least=2)
    top, points = people_per_dose[-1], []
    for noise in standard_people(n_simulations, panels * sum(people_per_dose), seed):
        trials = noise.reshape(len(noise), panels, -1)
        advantage = trials[:, :, -top:].mean(axis=2) - trials[:, :, :-top].mean(axis=2)
        advantage[:, 0] += standardised
        largest = advantage == advantage.max(axis=1, keepdims=True)
        points.append(largest[:, 0] / largest.sum(axis=1))
    points = np.concatenate(points)
    return float(points.mean()), float(points.std() / np.sqrt(n_simulations))


# Spinal fluid: simulated panels of molecules


def fluid_panel(n_analytes, people, correlation, rising, rise, seed):
    """A simulated panel of molecules measured twice in each person: the paired comparison of each molecule.

    In: number of molecules and people (two or more), equicorrelation of the changes of one person in [0, 1), number of
    molecules that truly rise and their mean rise in SDs of the change, seed. Out: molecule (from 1), rises, change (mean, in
    SDs of the change as simulated), p_value (two-sided t test of the paired differences).
    """
    n = whole_number("n_analytes", n_analytes, at_least=1)
    people = whole_number("people", people, at_least=2)
    rising = whole_number("rising", rising, at_most=n)
    correlation = number("correlation", correlation, at_least=0, below=1)
    generator = np.random.default_rng(whole_number("seed", seed, at_least=0))
    shared = generator.standard_normal((people, 1))
    change = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * generator.standard_normal((people, n))
    truly = np.arange(n) < rising
    change += truly * number("rise", rise)
    mean, spread = change.mean(axis=0), change.std(axis=0, ddof=1)
    p_values = 2 * stdtr(people - 1, -np.abs(mean) / spread * np.sqrt(people))
    return pd.DataFrame({"molecule": np.arange(1, n + 1), "rises": truly, "change": mean, "p_value": p_values})
