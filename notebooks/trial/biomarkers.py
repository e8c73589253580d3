"""Tables of chapter 04: what rose where, how small a p-value few people can give, and what luck and selection give."""

from math import sqrt

import pandas as pd
from scipy.stats import norm

from trial import words
from trial.methods import exact_tests, intervals, planning, simulate

SPEAKERS = {"news": "News item", "abstract": "Abstract of the paper"}
ARROWS = {"up": "rose", "down": "fell", "changed": "changed, way not in what we read", "unchanged": "did not change"}
NOT_READ = "not in what we read"


def biomarker_claims(claims, biomarkers):
    """What was said to rise, by whom, and when: one row a speaker, as texts with the source key."""
    said = claims[claims["about"] == "biomarkers"]
    when = biomarkers.set_index("source")["time_months"]
    months = [when.get(source) for source in said["source"]]
    return pd.DataFrame(
        {
            "Who speaks": said["speaker"].map(SPEAKERS),
            "What is said": said["claim"],
            "When": [
                NOT_READ if pd.isna(time) else f"{words.plain(time)} months after the injection" for time in months
            ],
            "Which molecules": NOT_READ,
            "In how many people": NOT_READ,
            "Source": said["source"],
        }
    )


def directions(biomarkers):
    """Analytes by trial outside STEMS: analyte, in_words, trial, direction, said (the direction as a verb), source."""
    others = biomarkers[~biomarkers["trial"].str.startswith("STEMS")]
    return (
        others[["analyte", "in_words", "trial", "direction", "source"]]
        .assign(said=others["direction"].map(ARROWS))
        .reset_index(drop=True)
    )


def directions_in_words(biomarkers):
    """The same as texts, one row an analyte and trial, with the time and the source."""
    others = biomarkers[~biomarkers["trial"].str.startswith("STEMS")]
    return pd.DataFrame(
        {
            "Molecule": others["analyte"],
            "What it is": others["in_words"].map(words.sentence),
            "Trial": others["trial"],
            "Which way": others["direction"].map(ARROWS).map(words.sentence),
            "When": [NOT_READ if pd.isna(time) else f"{words.plain(time)} months" for time in others["time_months"]],
            "Source": others["source"],
        }
    )


def told_by_more_than_one(biomarkers):
    """Analytes that more than one trial names: analyte, trials, ways (different directions with a sign)."""
    made = directions(biomarkers)
    signed = made[made["direction"].isin(["up", "down"])].groupby("analyte")["direction"].nunique()
    trials = made.groupby("analyte", sort=False)["trial"].nunique().rename("trials").reset_index()
    repeated = trials[trials["trials"] > 1].reset_index(drop=True)
    return repeated.assign(ways=repeated["analyte"].map(signed).fillna(0).astype(int))


def floors(people):
    """Smallest two-sided p-value of a signed-rank test of 1, 2, ... people with two samples: people, smallest_p."""
    counts = range(1, people + 1)
    return pd.DataFrame(
        {"people": list(counts), "smallest_p": [exact_tests.smallest_p_signed_rank(n, "two") for n in counts]}
    )


def panels(sizes, alpha):
    """Largest panel in which one molecule can pass Bonferroni: people (with two samples), smallest_p, largest_panel."""
    panel = [exact_tests.largest_bonferroni_panel(n, alpha) for n in sizes]
    smallest = [exact_tests.smallest_p_signed_rank(n, "two") for n in sizes]
    return pd.DataFrame({"people": sizes, "smallest_p": smallest, "largest_panel": panel})


def panels_in_words(made, alpha, n_analytes):
    """The same as texts, and whether a panel of so many molecules leaves any chance."""
    return pd.DataFrame(
        {
            "Measured twice": [words.things(count, "person", "people") for count in made["people"]],
            "Smallest p, two-sided": made["smallest_p"].map(words.probability),
            f"Can reach {words.plain(alpha)} in one molecule": [
                "yes" if p <= alpha else "no" for p in made["smallest_p"]
            ],
            "Largest panel in which one can pass": [
                words.number(size) if size else "none" for size in made["largest_panel"]
            ],
            f"Can pass among {words.number(n_analytes)}": [
                "yes" if size >= n_analytes else "no" for size in made["largest_panel"]
            ],
        }
    )


def chance_of_false_increase(n_analytes, alpha):
    """Chance that at least one of so many independent analytes is found increased, two-sided at alpha, when none is.

    By hand: 1 - 0.975^2.

    >>> round(chance_of_false_increase(2, 0.05), 6)
    0.049375
    """
    return 1 - (1 - intervals.number("alpha", alpha, above=0, below=1) / 2) ** intervals.whole_number(
        "n_analytes", n_analytes, at_least=1
    )


def smallest_change_likely_seen(people, alpha, power):
    """Mean change, in SDs of the change, that a paired comparison finds with this power, two-sided, normal formula.

    Twelve people, 5%, 80%, by hand: (1.959964 + 0.841621) / sqrt(12).

    >>> round(smallest_change_likely_seen(12, 0.05, 0.8), 6)
    0.808748
    """
    people = intervals.whole_number("people", people, at_least=1)
    alpha = intervals.number("alpha", alpha, above=0, below=1)
    power = intervals.number("power", power, above=alpha, below=1)
    return float((norm.isf(alpha / 2) + norm.ppf(power)) / sqrt(people))


def chance_seen(change, people, alpha):
    """Chance that a paired comparison finds a rise of so many SDs of the change, two-sided at alpha, normal formula.

    A change at the limit itself, by hand: one half.

    >>> round(chance_seen(1.959963984540054 / 12**0.5, 12, 0.05), 6)
    0.5
    """
    return float(norm.cdf(change * sqrt(people) - norm.isf(intervals.number("alpha", alpha, above=0, below=1) / 2)))


def return_to_usual(distance, correlation):
    """Expected change towards the usual level, in SDs between people: (1 - correlation) * distance (Galton, 1886).

    In: how far below the mean the first sample was (SDs), correlation of two samples of one person with nothing done.

    >>> round(return_to_usual(1.5, 0.8), 6)
    0.3
    """
    correlation = intervals.number("correlation", correlation, at_least=0, at_most=1)
    return (1 - correlation) * intervals.number("distance", distance)


def return_in_change_sds(distance, correlation):
    """The same in SDs of the change, as a paired comparison counts it: (1 - r) distance / sqrt(1 - r^2).

    The spread of the second sample around its expectation once the first is known. By hand: 0.4 / 0.8.

    >>> round(return_in_change_sds(1, 0.6), 6)
    0.5
    """
    correlation = intervals.number("correlation", correlation, at_least=0, below=1)
    return return_to_usual(distance, correlation) / sqrt(1 - correlation**2)


def returns(distances, correlations):
    """Rises to be expected without any treatment: distance, correlation, rise (SDs between people), change_sds."""
    return pd.DataFrame(
        [
            {
                "distance": distance,
                "correlation": correlation,
                "rise": return_to_usual(distance, correlation),
                "change_sds": return_in_change_sds(distance, correlation),
            }
            for correlation in correlations
            for distance in distances
        ]
    )


def returns_in_words(made, people, alpha):
    """The same as texts, one row a correlation, with how often so many people would have it called an increase."""
    wide = made.pivot(index="correlation", columns="distance", values="rise").map(lambda rise: words.number(rise, 2))
    wide.columns = [f"{words.plain(distance)} SD below" for distance in wide.columns]
    far = made[made["distance"] == made["distance"].max()].set_index("correlation")["change_sds"]
    called = [words.in_hundred(chance_seen(change, people, alpha)) for change in far.reindex(wide.index)]
    wide[f"{words.number(people)} people, lowest start: called a rise"] = called
    wide.index = [f"correlate by {words.plain(correlation)}" for correlation in wide.index]
    return wide.reset_index(names="Two samples of one person")


def controlled_sizes(differences, alpha, power, n_analytes):
    """People per arm for a trial that compares the change between two arms: difference, named, in_panel.

    In: differences between the arms in SDs of the change. One molecule named beforehand is tested at alpha, one of a
    panel at alpha / n_analytes (Bonferroni); z formula.
    """
    return pd.DataFrame(
        [
            {
                "difference": difference,
                "named": planning.people_per_arm_z(difference, 1, alpha, power),
                "in_panel": planning.people_per_arm_z(difference, 1, alpha / n_analytes, power),
            }
            for difference in differences
        ]
    )


def controlled_sizes_in_words(made, n_analytes):
    """The same as texts."""
    return pd.DataFrame(
        {
            "Difference between the arms": [f"{words.plain(value)} SD of the change" for value in made["difference"]],
            "People per arm, one molecule named beforehand": made["named"].map(words.number),
            f"People per arm, any of {words.number(n_analytes)}": made["in_panel"].map(words.number),
        }
    )


def fluid_rivals(rivals):
    """What else than the cells could raise a molecule in the fluid, of the table rival_explanations."""
    found = rivals[rivals["about"] == "fluid"]
    heads = {"rival": "What else", "how": "How it could raise them", "told_apart_by": "What would tell it apart"}
    return found[list(heads)].rename(columns=heads)


# Many molecules at once

SHOWN = 100  # molecules a picture holds


def false_increases_in_words(n_analytes, alpha, correlation):
    """Chance of at least so many false increases when no molecule changes, independent and correlated, as texts."""
    counts = [1, 2, 3, 5]
    made = pd.DataFrame({"Found increased by luck": [f"at least {words.in_words(count)}" for count in counts]})
    for value in dict.fromkeys([0.0, correlation, 0.5]):
        name = f"If changes correlate by {words.plain(value)}" if value else "If molecules move independently"
        made[name] = [
            words.in_hundred(exact_tests.chance_of_false_increases(n_analytes, alpha, value, count)) for count in counts
        ]
    return made


def two_panels(n_analytes, people, correlation, rise, seed):
    """Two simulated panels of molecules from the same simulated people: nothing changes, or one molecule in ten rises.

    In: molecules, people, equicorrelation, rise in SDs of the change, seed. Out: world, molecule, rises, change, p_value.
    """
    rising = max(1, n_analytes // 10)
    worlds = {"Nothing changes": 0, f"{words.sentence(words.things(rising, 'molecule'))} truly {_form(rising)}": rising}
    return pd.concat(
        [
            simulate.fluid_panel(n_analytes, people, correlation, many, rise, seed).assign(world=world)
            for world, many in worlds.items()
        ],
        ignore_index=True,
    )


def _form(count):
    return "rises" if count == 1 else "rise"


def found_in_panels(made, alpha):
    """What each correction lets pass in the simulated panels: world, correction, raised, truly (raised and truly so), lowered."""
    rows = []
    for world, part in made.groupby("world", sort=False):
        for key, name in exact_tests.CORRECTIONS.items():
            passes = exact_tests.found(part["p_value"].to_numpy(), key, alpha)
            up = passes & (part["change"] > 0).to_numpy()
            rows.append(
                {
                    "world": world,
                    "correction": name,
                    "raised": int(up.sum()),
                    "truly": int((up & part["rises"].to_numpy()).sum()),
                    "lowered": int(passes.sum() - up.sum()),
                }
            )
    return pd.DataFrame(rows)


def found_in_panels_in_words(made):
    """The same as texts: one row a correction."""
    first, second = made["world"].unique()
    by = made.set_index(["correction", "world"])
    return pd.DataFrame(
        {
            "Correction": [words.sentence(name) for name in made["correction"].unique()],
            f"{first}: called raised": [words.number(by.raised[name, first]) for name in made["correction"].unique()],
            f"{first}: called lowered": [words.number(by.lowered[name, first]) for name in made["correction"].unique()],
            f"{second}: called raised": [words.number(by.raised[name, second]) for name in made["correction"].unique()],
            "of these, truly so": [words.number(by.truly[name, second]) for name in made["correction"].unique()],
        }
    )


def panels_drawn(made, people, correlation, rise, seed):
    """The molecules drawn, at most 100 a panel at even steps, as texts, with seed and model in the first row."""
    how = (
        f"Simulated: {words.things(people, 'person', 'people')}, changes on a bell curve that correlate by {words.plain(correlation)}; "
        f"a true rise is {words.number(rise, 2)} SD of the change; two-sided t test; seed {seed}"
    )
    kept = thinned(made)
    table = pd.DataFrame(
        {
            "Simulated panel": kept["world"],
            "Molecule": kept["molecule"].map(words.number),
            "Truly rises": ["yes" if rises else "no" for rises in kept["rises"]],
            "Mean change, SDs": [words.number(change, 2) for change in kept["change"]],
            "p-value": kept["p_value"].map(words.probability),
        }
    )
    return pd.concat([pd.DataFrame([[how, "", "", "", ""]], columns=table.columns), table], ignore_index=True)


def thinned(made):
    """At most 100 molecules of each panel, at even steps through it, so that a picture stays light."""
    parts = []
    for _, part in made.groupby("world", sort=False):
        step = -(-len(part) // SHOWN)
        parts.append(part.iloc[::step])
    return pd.concat(parts, ignore_index=True)
