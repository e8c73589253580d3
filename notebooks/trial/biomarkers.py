"""Frames and columns of chapter 04: what rose where, how small a p-value few people can give, and what luck and selection give."""

from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from trial import words
from trial.methods import exact_tests, planning, simulate, small_trials

ARROWS = {"up": "rose", "down": "fell", "changed": "changed, way not in what we read", "unchanged": "did not change"}


DIRECTIONS = {
    "Molecule": "analyte",
    "What it is": ("in_words", words.sentence),
    "Trial": "trial",
    "Which way": ("direction", lambda way: words.sentence(ARROWS[way])),
    "When": ("time_months", lambda months: f"{words.plain(months)} months", words.NOT_READ),
    "Source": "source",
}


def directions(biomarkers):
    """Analytes of the spinal fluid by trial outside STEMS: the rows of the table biomarkers, and people_of.

    people_of names whose fluid it was: two studies of the same people have one name.
    """
    others = biomarkers[~biomarkers["trial"].str.startswith("STEMS") & (biomarkers["fluid"] == "spinal fluid")]
    shared = others["shares_people_with"]
    return others.assign(people_of=shared.where(shared != "", others["trial"])).reset_index(drop=True)


def named_again(moved, whose):
    """Analytes that more than one trial ("trial"), or more than one group of people ("people_of"), tells of."""
    many = moved.groupby("analyte", sort=False)[whose].nunique()
    return list(many.index[many > 1])


def panels(sizes, alpha):
    """What a two-sided signed-rank test of so many people with two samples can give at best.

    Out: people, smallest_p, largest_panel (of molecules, in which one can pass Bonferroni; 0 if none).
    """
    panel = [exact_tests.largest_bonferroni_panel(n, alpha) for n in sizes]
    smallest = [exact_tests.smallest_p_signed_rank(n, "two") for n in sizes]
    return pd.DataFrame({"people": list(sizes), "smallest_p": smallest, "largest_panel": panel})


def panels_columns(alpha, n_analytes):
    """How `panels` reads, and whether a panel of so many molecules leaves any chance."""
    return {
        "Measured twice": ("people", lambda people: words.things(people, "person", "people")),
        "Smallest p, two-sided": ("smallest_p", words.probability),
        f"Can reach {words.plain(alpha)} in one molecule": ("smallest_p", lambda p: "yes" if p <= alpha else "no"),
        "Largest panel in which one can pass": ("largest_panel", lambda size: words.number(size) if size else "none"),
        f"Can pass among {words.number(n_analytes)}": ("largest_panel", lambda n: "yes" if n >= n_analytes else "no"),
    }


def sds(change):
    """A mean rise in SDs of the change, or that no rise is large enough.

    >>> sds(0.8886), sds(float("nan"))
    ('0.89', 'no size, however large')
    """
    return "no size, however large" if np.isnan(change) else words.number(change, 2)


def returns(distances, correlations):
    """Rises towards the usual level that need no treatment (regression to the mean; Galton, 1886).

    In: how far below the mean the first sample was (SDs between people), correlations of two samples of one person.
    Out: correlation, distance, rise = (1 - r) distance (SDs between people), change_sds = rise / sqrt(1 - r^2): in SDs of
    the change, as a paired comparison counts it, that is of the second sample around what the first foretells.

    By hand: 0.4, and 0.4 / 0.8.

    >>> returns([1], [0.6]).round(6).to_dict("records")
    [{'correlation': 0.6, 'distance': 1, 'rise': 0.4, 'change_sds': 0.5}]
    """
    made = pd.DataFrame(product(correlations, distances), columns=["correlation", "distance"])
    made["rise"] = (1 - made["correlation"]) * made["distance"]
    return made.assign(change_sds=made["rise"] / np.sqrt(1 - made["correlation"] ** 2))


def returns_by_correlation(made, people, alpha):
    """The same, one row a correlation: rise by distance, and, for the largest, how often each test of so many people calls
    it a rise (a column a test of small_trials.PAIRED)."""
    wide = made.pivot(index="correlation", columns="distance", values=["rise", "change_sds"])
    largest, shown = wide["change_sds"].iloc[:, -1], wide["rise"].rename(columns=str)
    for test, chance in small_trials.PAIRED.items():
        shown[test] = [chance(people, change, alpha) for change in largest]
    return shown.reset_index()


def returns_columns(made, people):
    """How `returns_by_correlation` reads."""
    heads = {"Two samples of one person": ("correlation", lambda value: f"correlate by {words.plain(value)}")}
    for distance in sorted(made["distance"].unique()):
        heads[f"{words.plain(distance)} SD below"] = (str(distance), words.two_decimals)
    for test in small_trials.PAIRED:
        heads[f"{words.number(people)} people, lowest start: called a rise by {test}"] = (test, words.in_hundred)
    return heads


def controlled_sizes(differences, alpha, power, n_analytes):
    """People per arm for a trial that compares the change between two arms: difference, named, in_panel.

    In: differences between the arms in SDs of the change. One molecule named beforehand is tested at alpha, one of a
    panel at alpha / n_analytes (Bonferroni); t test (noncentral t).
    """
    sizes = {
        name: [planning.people_per_arm_t(difference, 1, level, power) for difference in differences]
        for name, level in {"named": alpha, "in_panel": alpha / n_analytes}.items()
    }
    return pd.DataFrame({"difference": differences} | sizes)


CONTROLLED_SIZES = {
    "Difference between the arms": ("difference", lambda value: f"{words.plain(value)} SD of the change"),
    "People per arm, one molecule named beforehand": ("named", words.number),
    "People per arm, any of {panel}": ("in_panel", words.number),
}


RIVALS = {"What else": "rival", "How it could raise them": "how", "What would tell it apart": "told_apart_by"}


# Many molecules at once

SHOWN = 100  # molecules a picture holds
CLOSE = 0.5  # correlation of molecules that move together closely; our assumption


def false_increases(n_analytes, alpha, correlation, people):
    """Chance of at least so many false increases when no molecule changes: at_least, and a column a correlation."""
    made, correlations = pd.DataFrame({"at_least": [1, 2, 3, 5]}), dict.fromkeys([0.0, correlation, CLOSE])
    for value in correlations:
        chance = partial(small_trials.chance_of_false_increases, n_analytes, alpha, value, people=people)
        made[f"correlation_{value}"] = made["at_least"].map(chance)
    return made


def false_increases_columns(correlation):
    """How `false_increases` reads."""
    heads = {"Found increased by luck": ("at_least", lambda count: f"at least {words.in_words(count)}")}
    for value in dict.fromkeys([0.0, correlation, CLOSE]):
        head = f"If changes correlate by {words.plain(value)}" if value else "If molecules move independently"
        heads[head] = (f"correlation_{value}", words.in_hundred)
    return heads


def two_panels(n_analytes, people, correlation, rise, seed):
    """Two simulated panels of molecules from the same simulated people: nothing changes, or one molecule in ten rises.

    In: molecules, people, equicorrelation, rise in SDs of the change, seed. Out: world, molecule, rises, change, p_value.
    """
    many = max(1, n_analytes // 10)
    rising = f"{words.sentence(words.things(many, 'molecule'))} truly {'rises' if many == 1 else 'rise'}"
    same, risen = (simulate.fluid_panel(n_analytes, people, correlation, up, rise, seed) for up in (0, many))
    return pd.concat([same.assign(world="Nothing changes"), risen.assign(world=rising)], ignore_index=True)


def found_in_panels(made, alpha):
    """What each correction lets pass in the simulated panels, a row a correction.

    Out: correction, and for panel 1 and 2 in the order simulated raised_1, truly_1 (raised and truly so), lowered_1, ...
    """
    found = pd.DataFrame({"correction": exact_tests.CORRECTIONS.values()})
    for place, (_, part) in enumerate(made.groupby("world", sort=False), start=1):
        p_values = part["p_value"].to_numpy()
        passes = [part[exact_tests.which_pass(p_values, key, alpha)] for key in exact_tests.CORRECTIONS]
        raised = [rows[rows["change"] > 0] for rows in passes]
        found[f"raised_{place}"] = [len(rows) for rows in raised]
        found[f"lowered_{place}"] = [len(rows) - len(up) for rows, up in zip(passes, raised, strict=True)]
        found[f"truly_{place}"] = [int(rows["rises"].sum()) for rows in raised]
    return found


FOUND = {
    "Correction": ("correction", words.sentence),
    "{first}: called raised": ("raised_1", words.number),
    "{first}: called lowered": ("lowered_1", words.number),
    "{second}: called raised": ("raised_2", words.number),
    "of these, truly so": ("truly_2", words.number),
}


DRAWN = {
    "Simulated panel": "world",
    "Molecule": ("molecule", words.number),
    "Truly rises": ("rises", {True: "yes", False: "no"}.get),
    "Mean change, SDs": ("change", words.two_decimals),
    "p-value": ("p_value", words.probability),
}


def panels_drawn(made, people, correlation, rise, seed):
    """The molecules drawn, at most 100 a panel at even steps, under a first row that says seed and model."""
    how = (
        f"Simulated: {words.things(people, 'person', 'people')}, changes on a bell curve that correlate by {words.plain(correlation)}; "
        f"a true rise is {words.number(rise, 2)} SD of the change; two-sided t test; seed {seed}"
    )
    return pd.concat([pd.DataFrame([{"world": how}]), thinned(made)], ignore_index=True)


def thinned(made):
    """At most 100 molecules of each panel, at even steps through it, so that a picture stays light."""
    parts = [part.iloc[:: -(-len(part) // SHOWN)] for _, part in made.groupby("world", sort=False)]
    return pd.concat(parts, ignore_index=True)
