"""Seeded simulations: trials in which dose does nothing. Nothing here is a person, or a panel, of the real trial."""

import numpy as np
import pandas as pd

from trial.intervals import number, whole_number


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
