"""What a 3+3 dose escalation does, worked out exactly for any true rates of dose-limiting toxicity (DLT).

Four readings of the rule. All start at the lowest dose, go up with nobody harmed among three or one among six, and call
a dose excessive at its second DLT; the maximum tolerated dose (MTD) is then the next lower dose.

- A: the group of three is looked at together; one DLT brings three more people, two or more end the trial.
- B: any DLT among the three fills the group to six before anyone judges it.
- C: people are treated one by one, and the dose is left at its second DLT.
- K: the textbook rule that steps down again. Two or more DLTs lead to the dose below; a dose with three treated is
  filled to six there, and the trial ends with at most one DLT among six, or steps down again. The top dose also needs
  six; the R package bcrm passes it with none of three (at 2% at each of four doses 12.64 people on average, here 15.43).

Under A, B and C the lower dose becomes the MTD with the people it already has. Passing the top dose means that the MTD
was not reached; below the lowest dose there is no dose. Lin and Shih (2001) give the formulas for such designs; here
the results of every dose are listed and their chances multiplied, which is exact.
"""

from functools import lru_cache, reduce
from math import comb, prod
from typing import NamedTuple

import numpy as np
import pandas as pd

from trial.methods.intervals import number, one_of, whole_number

READINGS = ("A", "B", "C", "K")
MOST_DOSES = 12
GROUP, FILLED, EXCESSIVE = 3, 6, 2
FILLED_TOO_MUCH = "excessive when filled"  # a dose that was passed with nobody harmed among three


def decision(reading, people, dlts, top):
    """What the rule makes of so many DLTs among so many people at one dose: "up", "more", "excessive", or "" where it does not look.

    In: reading, people, dlts, whether it is the highest dose. The words are those of `decision_table`; under K "up" after six
    is the MTD where the dose above was excessive.

    >>> [decision("A", 3, dlts, False) for dlts in range(4)], decision("A", 6, 1, False), decision("A", 4, 0, False)
    (['up', 'more', 'excessive', 'excessive'], 'up', '')
    >>> decision("B", 3, 2, False), decision("C", 2, 2, False), decision("K", 3, 0, True)
    ('more', 'excessive', 'more')
    """
    reading = one_of("reading", reading, READINGS)
    people = whole_number("people", people, at_least=1)
    dlts = whole_number("dlts", dlts, at_least=0, at_most=people)
    if reading == "C" and people < FILLED:
        if dlts >= EXCESSIVE:
            return "excessive"
        if people > GROUP and not dlts:
            return ""  # it went up after three
        return "up" if people == GROUP and not dlts else "more"
    if people == FILLED:
        return "excessive" if dlts >= EXCESSIVE else "up"
    if people != GROUP:
        return ""
    if dlts >= EXCESSIVE and reading != "B":
        return "excessive"
    return "more" if dlts or (reading == "K" and top) else "up"


def _at_one_dose(reading, top, results=()):
    """Every way a dose can go: what the rule makes of it in the end, and the DLTs of each group (three people, under C one)."""
    people = len(results) * _size(reading)
    what = decision(reading, people, sum(results), top) if people else "more"
    if what == "more":
        for dlts in range(_size(reading) + 1):
            yield from _at_one_dose(reading, top, (*results, dlts))
    else:
        yield what, results


def _size(reading):
    return 1 if reading == "C" else GROUP


@lru_cache
def _courses(doses, reading):
    """Every way a trial can go: the dose it ends at, and the kind of result at each dose that was opened."""
    if reading != "K":
        stopped = [(last - 1, ("passed",) * (last - 1) + ("excessive",)) for last in range(1, doses + 1)]
        return (*stopped, (doses, ("passed",) * doses))
    found = [(doses, ("passed",) * (doses - 1) + ("kept",))]
    for last in range(1, doses + 1):
        stop = "excessive at the top" if last == doses else "excessive"
        found.append((0, (FILLED_TOO_MUCH,) * (last - 1) + (stop,)))
        for mtd in range(1, last):
            between = (FILLED_TOO_MUCH,) * (last - mtd - 1)
            found.append((mtd, ("passed",) * (mtd - 1) + ("kept",) + between + (stop,)))
    return tuple(found)


@lru_cache
def _terms(reading, kind):
    """People, DLTs and number of ways of each result of a kind of `_courses`.

    At the top dose of K, and at one that a step down leads to, three people without a DLT do not suffice.
    """
    size, asked = _size(reading), "excessive" if kind.startswith("excessive") else "up"
    ends = _at_one_dose(reading, kind not in ("passed", "excessive"))
    results = [groups for what, groups in ends if what == asked and not (kind == FILLED_TOO_MUCH and groups[0])]
    people = np.array([size * len(groups) for groups in results])
    dlts = np.array([sum(groups) for groups in results])
    return people, dlts, np.array([prod(comb(size, harmed) for harmed in groups) for groups in results], dtype=float)


def _rates(rates):
    """The DLT rates as a tuple of floats; ValueError unless there are 1 to 12 of them, each from 0 to 1."""
    try:
        values = list(rates)
    except TypeError:
        raise ValueError(f"rates is {rates!r}, but must be a list of DLT rates, lowest dose first.") from None
    whole_number("the number of DLT rates", len(values), at_least=1, at_most=MOST_DOSES)
    named = ((f"the DLT rate at dose {dose}", rate) for dose, rate in enumerate(values, 1))
    return tuple(number(name, rate, at_least=0, at_most=1) for name, rate in named)


class OperatingCharacteristics(NamedTuple):
    """What a rule does under given true rates; probabilities and means are exact.

    p_mtd has one entry more than there are doses: 0 no dose, 1 to n the dose the trial ends at; n means that the top
    dose was passed and the MTD not reached. doses_opened is the mean number of doses that anybody is given. The
    distributions map a whole number of people, or of DLTs, to its probability; impossible numbers are left out.

    p_no_dlt_in_first_pass: nobody harmed among the first three people of each dose. Under A, B and C the trial ends
    there. Under K it has three more people to treat at the top dose, so a trial without any DLT is less likely than
    that: dlts_distribution[0] is its probability under every reading.
    """

    p_mtd: np.ndarray
    doses_opened: float
    patients_distribution: dict
    dlts_distribution: dict
    p_no_dlt_in_first_pass: float

    @property
    def p_no_dose(self):
        """Probability that even the lowest dose is called excessive."""
        return float(self.p_mtd[0])

    @property
    def p_top_dose_passed(self):
        """Probability that no tested dose is called excessive: the MTD is not reached."""
        return float(self.p_mtd[-1])

    @property
    def expected_patients(self):
        """Mean number of people treated."""
        return sum(count * chance for count, chance in self.patients_distribution.items())

    @property
    def expected_dlts(self):
        """Mean number of people with a DLT."""
        return sum(count * chance for count, chance in self.dlts_distribution.items())


def operating_characteristics(rates, reading):
    """Exact operating characteristics of the 3+3 rule.

    In: true DLT rates (shares, lowest dose first, 1 to 12 of them, in any order) and the reading, A, B, C or K.
    Out: OperatingCharacteristics. ValueError: a rate outside 0 to 1, too few or too many, an unknown reading.
    """
    rates, reading = _rates(rates), one_of("reading", reading, READINGS)
    doses, courses = len(rates), _courses(len(rates), reading)

    @lru_cache(None)
    def at_dose(dose, kind):
        people, dlts, ways = _terms(reading, kind)
        chance = ways * rates[dose] ** dlts * (1 - rates[dose]) ** (people - dlts)
        return [np.bincount(counts, weights=chance, minlength=FILLED + 1) for counts in (people, dlts)]

    p_mtd, opened, spread = np.zeros(doses + 1), 0.0, np.zeros((2, FILLED * doses + 1))
    for mtd, kinds in courses:
        by_dose = zip(*(at_dose(dose, kind) for dose, kind in enumerate(kinds)), strict=True)
        whole = np.array([reduce(np.convolve, parts) for parts in by_dose])
        spread[:, : whole.shape[1]] += whole
        p_mtd[mtd] += whole[0].sum()
        opened += whole[0].sum() * len(kinds)
    people, dlts = ({int(n): float(counted[n]) for n in np.flatnonzero(counted)} for counted in spread)
    return OperatingCharacteristics(p_mtd, float(opened), people, dlts, prod((1 - rate) ** GROUP for rate in rates))


def expected_days(rates, reading, days_between_people, cohort_gap_days, look_days):
    """Expected days from the first injection to the last, at the shortest waits, under true DLT rates.

    Assumed: people of a group follow each other after days_between_people; more people at the same dose, or at a lower
    one, wait for a look of look_days after the last injection (never less than days_between_people); a higher dose
    waits cohort_gap_days after the last injection, also after a DLT, for which no wait is published. Under C every
    person waits for the look. In: rates and reading as for operating_characteristics, days as whole numbers. Out:
    days.
    """
    found = operating_characteristics(rates, reading)
    between = whole_number("days_between_people", days_between_people)
    gap = whole_number("cohort_gap_days", cohort_gap_days)
    look = max(between, whole_number("look_days", look_days))
    size = _size(reading)
    groups, opened = found.expected_patients / size, found.doses_opened
    return groups * (size - 1) * between + (groups - opened) * look + (opened - 1) * max(gap, look)


_UP = "Next dose up; after the top dose the trial ends, and no limit was reached"
_THREE_MORE = "Three more people at this dose"
_END = "This dose is excessive: the trial ends, and the dose below is the MTD (below the lowest, no dose is)"
_DOWN = "This dose is excessive: one dose down (below the lowest, the trial ends without a dose)"
_DECISIONS = {
    "A": [("3", "0", _UP), ("3", "1", _THREE_MORE), ("3", "2 or 3", _END), ("6", "1", _UP), ("6", "2, 3 or 4", _END)],
    "B": [("3", "0", _UP), ("3", "1, 2 or 3", _THREE_MORE), ("6", "1", _UP), ("6", "2 to 6", _END)],
    "C": [
        ("1 or 2", "0 or 1", "One more person at this dose"),
        ("3", "0", _UP),
        ("3, 4 or 5", "1", "One more person at this dose"),
        ("6", "1", _UP),
        ("2 to 6", "2", _END),
    ],
    "K": [
        ("3", "0", "Next dose up; at the top dose, three more people at this dose"),
        ("3", "1", _THREE_MORE),
        ("3", "2 or 3", _DOWN),
        ("3, and stepped down to", "0", _THREE_MORE),
        ("6", "0 or 1", "Next dose up; at the top dose the trial ends, and no limit was reached"),
        ("6, and the dose above was excessive", "0 or 1", "The trial ends, and this dose is the MTD"),
        ("6", "2, 3 or 4", _DOWN),
    ],
}


def decision_table(reading):
    """The rule as a table to follow at the bedside: people treated at this dose, how many had a DLT, what happens.

    In: the reading. Out: table of texts; every row is a state that can come up, and every state has one row.
    """
    columns = ["People treated at this dose", "With a DLT", "What happens"]
    return pd.DataFrame(_DECISIONS[one_of("reading", reading, READINGS)], columns=columns)
