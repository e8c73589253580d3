"""Seeded simulations of trials and panels. Nothing here is a person, or a panel, of the real trial."""

import numpy as np
import pandas as pd
from scipy.special import stdtr

from trial.methods.intervals import number, whole_number


def event_panels(events, people_per_cohort, dispersion, panels, seed):
    """Simulated counts of events per cohort when the dose does nothing and people differ in how many events they have.

    In: events in all, people in each cohort, dispersion (size k of the gamma spread between people; small k bunches the
    events in few people), number of panels, seed. Out: whole numbers, panels x cohorts; every row adds up to `events`.
    Each person's share is drawn from a symmetric Dirichlet with weight k, the events from the multinomial given the
    shares (the negative binomial given its total; Johnson, Kotz and Balakrishnan, 1997).
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
    place = int(np.random.default_rng([seed, panels, sum(counts.values())]).integers(panels))
    rows = np.insert(made, place, list(counts.values()), axis=0)
    made = pd.DataFrame(
        {
            "panel": np.repeat(np.arange(1, panels + 1), len(counts)),
            "cohort": list(counts) * panels,
            "events": rows.ravel(),
        }
    )
    slope = rows @ np.arange(1, len(counts) + 1)
    return made.assign(reported=made["panel"] == place + 1, slope=np.repeat(slope, len(counts)))


# Yearly change of brain volume in imagined trials: a bell curve around a mean, people independent


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
