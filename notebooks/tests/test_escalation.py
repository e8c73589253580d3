"""The 3+3 rule against published tables and path counts, independent enumeration, and what must always hold."""

from collections import Counter
from itertools import pairwise
from math import comb, isclose, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inputs import refused
from trial.methods import escalation as es

some = settings(derandomize=True, database=None, deadline=None, max_examples=40)
readings = st.sampled_from(es.READINGS)
shares = st.one_of(st.sampled_from([0.0, 1.0, 0.5]), st.floats(0, 1))
NAMED = {
    "flat_2": [0.02] * 4, "flat_10": [0.1] * 4, "rising": [0.05, 0.1, 0.15, 0.25], "steep": [0.05, 0.15, 0.35, 0.6],
    "toxic": [0.3, 0.4, 0.5, 0.6],
}  # fmt: skip
EXACT = 1e-12


def curves(most):
    return st.lists(shares, min_size=1, max_size=most)


# An enumeration of its own: the rule as a referee follows it, one group after another


def verdict(reading, dose, treated, harmed):
    """("give", dose of the next group) or ("end", dose the trial ends at), from all counts so far."""
    n, t, top = treated[dose], harmed[dose], len(treated) - 1
    if reading == "C":
        if t == 2:
            return "end", dose
        if n < 3 or (t == 1 and n < 6):
            return "give", dose
    elif n == 3 and (t == 1 or (reading == "B" and t > 1)):
        return "give", dose
    elif t >= 2:
        if reading != "K" or dose == 0 or treated[dose - 1] == 6:
            return "end", dose
        return "give", dose - 1
    if reading == "K" and (dose == top or treated[dose + 1]):
        return ("give", dose) if n == 3 else ("end", dose + 1)
    return ("end", dose + 1) if dose == top else ("give", dose + 1)


def played(rates, reading):
    """Every course of a trial: (dose it ends at, steps, probability, people per dose, DLTs per dose)."""
    size = 1 if reading == "C" else 3

    def play(dose, treated, harmed, steps, chance):
        for more in range(size + 1):
            n, t = list(treated), list(harmed)
            n[dose], t[dose] = n[dose] + size, t[dose] + more
            now = chance * comb(size, more) * rates[dose] ** more * (1 - rates[dose]) ** (size - more)
            what, where = verdict(reading, dose, n, t)
            if what == "end":
                yield where, (*steps, (dose + 1, more)), now, n, t
            else:
                yield from play(where, n, t, (*steps, (dose + 1, more)), now)

    nobody = [0] * len(rates)
    yield from play(0, nobody, nobody, (), 1.0)


def paths(doses, reading):
    """Where every course of a trial ends, and its steps."""
    return [(mtd, steps) for mtd, steps, *_ in played([0.5] * doses, reading)]


@some
@given(curves(3), readings)
def test_every_quantity_against_an_independent_enumeration(rates, reading):
    found, courses = es.operating_characteristics(rates, reading), list(played(rates, reading))
    mtd, patients, dlts = Counter(), Counter(), Counter()
    for end, _, chance, n, t in courses:
        mtd[end] += chance
        patients[sum(n)] += chance
        dlts[sum(t)] += chance
    assert [mtd[end] for end in range(len(rates) + 1)] == pytest.approx(found.p_mtd, abs=EXACT)
    for counted, listed in ((patients, found.patients_distribution), (dlts, found.dlts_distribution)):
        assert all(abs(counted[n] - listed.get(n, 0)) < EXACT for n in {*counted, *listed})
    for counted, mean in ((patients, found.expected_patients), (dlts, found.expected_dlts)):
        assert sum(n * chance for n, chance in counted.items()) == pytest.approx(mean, abs=EXACT)
    opened = sum(chance * np.count_nonzero(n) for _, _, chance, n, _ in courses)
    assert opened == pytest.approx(found.doses_opened, abs=EXACT)


# Published values


@pytest.mark.parametrize(("doses", "count"), list(enumerate([46, 154, 442, 1162, 2890, 6922, 16138], start=2)))
def test_path_counts_of_the_textbook_rule(doses, count):
    """Norris (2021), R package precautionary 0.2.6: comments of exec/esc.pl, and man/exact.Rd for four doses."""
    found = paths(doses, "K")
    assert len(set(found)) == len(found) == count


def test_courses_as_published():
    """Brock (2025), R package escalation, README (1NNN 2NNN 3NNT 3NTN ends at dose two) and vignette on dose paths."""
    ends = {steps: mtd for mtd, steps in paths(5, "A")}
    assert ends[(1, 0), (2, 0), (3, 1), (3, 1)] == 2
    assert ((1, 0), (2, 0), (3, 1), (3, 1)) not in {steps for _, steps in paths(5, "K")}
    for reading in "AK":
        found = [(mtd, steps) for mtd, steps in paths(5, reading) if steps[:1] == ((1, 1),)]
        assert [mtd for mtd, steps in found if steps[1] == (1, 1)] == [0], "no dose is chosen"
        assert {steps[2][0] for _, steps in found if steps[1] == (1, 0)} == {2}, "or on to dose two"


def test_passing_one_dose_by_hand():
    """Lin and Shih (2001): P(0/3) + P(1/3) P(0/3), for each dose in turn; the product passes them all."""
    passed = [(1 - p) ** 3 + 3 * p * (1 - p) ** 5 for p in NAMED["steep"]]
    for reading in "ABC":
        found = es.operating_characteristics(NAMED["steep"], reading)
        assert isclose(found.p_top_dose_passed, prod(passed), abs_tol=EXACT)
        assert isclose(found.p_mtd[2], passed[0] * passed[1] * (1 - passed[2]), abs_tol=EXACT)


# What must hold for any rates


@some
@given(curves(8), readings)
def test_probabilities_sum_to_one(rates, reading):
    found = es.operating_characteristics(rates, reading)
    for distribution in (found.p_mtd, [*found.patients_distribution.values()], [*found.dlts_distribution.values()]):
        assert isclose(sum(distribution), 1, abs_tol=EXACT) and min(distribution) >= 0


@some
@given(curves(8))
def test_readings_share_the_mtd_and_differ_in_people(rates):
    found = {reading: es.operating_characteristics(rates, reading) for reading in es.READINGS}
    for other in "BC":
        assert abs(found["A"].p_mtd - found[other].p_mtd).max() < EXACT
    people = [found[reading].expected_patients for reading in "CAB"]
    assert all(fewer <= more + EXACT for fewer, more in pairwise(people))


@some
@given(curves(8), st.sampled_from("ABC"), st.integers(0, 7), st.floats(0, 1))
def test_raising_a_rate_never_raises_the_dose_reached(rates, reading, place, share):
    higher = list(rates)
    place %= len(rates)
    higher[place] += share * (1 - higher[place])
    before, after = (
        np.cumsum(es.operating_characteristics(each, reading).p_mtd[::-1]) for each in (rates, np.minimum(higher, 1))
    )
    assert (after <= before + EXACT).all()


@some
@given(curves(8), readings)
def test_no_dlt_at_all(rates, reading):
    """Without a DLT three people are treated at each dose, under K six at the top."""
    found, none = es.operating_characteristics(rates, reading), prod((1 - rate) ** 3 for rate in rates)
    assert isclose(found.p_no_dlt_in_first_pass, none, abs_tol=EXACT)
    whole = none * (1 - rates[-1]) ** 3 if reading == "K" else none
    assert isclose(found.dlts_distribution.get(0, 0), whole, abs_tol=EXACT)


@pytest.mark.parametrize("reading", es.READINGS)
def test_certain_outcomes(reading):
    safe, harmful = es.operating_characteristics([0] * 4, reading), es.operating_characteristics([1] * 4, reading)
    assert safe.p_top_dose_passed == 1 and safe.expected_patients == (15 if reading == "K" else 12)
    assert harmful.p_no_dose == 1 and harmful.expected_patients == {"A": 3, "B": 6, "C": 2, "K": 3}[reading]
    assert safe.patients_distribution == {15 if reading == "K" else 12: 1.0}


# Time


def test_days_by_hand():
    """One dose at 1: the three people of A take 28 days, the six of B 28 + 14 + 28, the two of C 14."""
    assert [es.expected_days([1], reading, 14, 91, 14) for reading in es.READINGS] == [28, 70, 14, 28]
    assert [es.expected_days([0, 1], reading, 14, 91, 20) for reading in "AB"] == [28 + 91 + 28, 28 + 91 + 28 + 20 + 28]
    # down from the second dose: a look, then three more at the first
    assert es.expected_days([0, 1], "K", 14, 91, 20) == 28 + 91 + 28 + 20 + 28
    assert es.expected_days([0, 0], "C", 14, 91, 20) == 40 + 91 + 40


@some
@given(curves(3), readings, st.integers(0, 30), st.integers(0, 100), st.integers(0, 40))
def test_days_against_an_independent_enumeration(rates, reading, between, gap, look):
    """Wait by wait along every course: within a group, before more people here or lower, before a higher dose."""
    look_or_wait, total = max(between, look), 0
    for _, steps, chance, *_ in played(rates, reading):
        within = len(steps) * (0 if reading == "C" else 2) * between
        rises = sum(later > earlier for (earlier, _), (later, _) in pairwise(steps))
        total += chance * (within + rises * max(gap, look_or_wait) + (len(steps) - 1 - rises) * look_or_wait)
    assert isclose(es.expected_days(rates, reading, between, gap, look), total, abs_tol=1e-9)


# Tables


def numbers(text):
    """ "3, 4 or 5" as {3, 4, 5} and "2 to 6" as {2, ..., 6}; words after the numbers are left out."""
    text = text.split(", and")[0]
    if " to " in text:
        low, high = map(int, text.split(" to "))
        return set(range(low, high + 1))
    return {int(part) for part in text.replace(" or ", ", ").split(", ")}


def action(text, at_top):
    """What a sentence of the table asks for: up, here, down or end."""
    text = text.replace("This dose is excessive: ", "").replace("the trial", "The trial")
    if at_top and "at the top dose" in text:
        text = text.split("at the top dose")[1].lstrip(", ").capitalize()
    elif at_top and "after the top dose" in text:
        return "end"
    starts = {"next": "up", "three": "here", "one more": "here", "one": "down", "the": "end"}
    return next(what for start, what in starts.items() if text.strip().lower().startswith(start))


@pytest.mark.parametrize("reading", es.READINGS)
@pytest.mark.parametrize("doses", [1, 2, 3])
def test_the_decision_table_leads_along_every_path(reading, doses):
    rows = list(es.decision_table(reading).itertuples(index=False, name=None))
    used, size = set(), 1 if reading == "C" else 3
    for mtd, steps in paths(doses, reading):
        people, harmed, came_down = Counter(), Counter(), False
        for place, (dose, dlts) in enumerate(steps):
            people[dose] += size
            harmed[dose] += dlts
            came_down |= place > 0 and dose < steps[place - 1][0]
            following = steps[place + 1][0] if place + 1 < len(steps) else None
            here = dose
            while True:
                special = f"{people[here]}, and " if came_down and harmed[here] < 2 else f"{people[here]}"
                fitting = [
                    row for row in rows
                    if people[here] in numbers(row[0]) and harmed[here] in numbers(row[1])
                    and (", and" in row[0]) == (", and" in special)
                ]  # fmt: skip
                assert len(fitting) == 1, (steps, here, fitting)
                used.add(fitting[0])
                asked = action(fitting[0][2], here == doses)
                if asked != "down":
                    break
                here, came_down = here - 1, True
                if here == 0:
                    break
            if here == 0:
                assert following is None and mtd == 0
            elif asked == "end":
                ended_at = here - 1 if "dose below is the MTD" in fitting[0][2] else here
                assert following is None and mtd == ended_at
            else:
                assert following == {"up": here + 1, "here": here}[asked]
    assert doses < 2 or used == set(rows)


# Bad input


test_impossible_input = refused(
    es,
    """
    operating_characteristics([0.1, 1.2], "A") -> the DLT rate at dose 2 is 1.2, but must be a number of at least 0 and at most 1.
    operating_characteristics([-0.1], "K") -> the DLT rate at dose 1 is -0.1, but must be a number of at least 0 and at most 1.
    operating_characteristics([nan], "B") -> the DLT rate at dose 1 is nan, but must be a number of at least 0 and at most 1.
    operating_characteristics(["0.1"], "B") -> the DLT rate at dose 1 is 0.1, but must be a number of at least 0 and at most 1.
    operating_characteristics([], "A") -> the number of DLT rates is 0, but must be a whole number from 1 to 12.
    operating_characteristics([0.1] * 13, "A") -> the number of DLT rates is 13, but must be a whole number from 1 to 12.
    operating_characteristics(0.1, "A") -> rates is 0.1, but must be a list of DLT rates, lowest dose first.
    operating_characteristics([0.1], "D") -> reading is 'D', but must be one of A, B, C, K.
    operating_characteristics([0.1], "AB") -> reading is 'AB', but must be one of A, B, C, K.
    operating_characteristics([0.1], None) -> reading is None, but must be one of A, B, C, K.
    decision_table('D') -> reading is 'D'
    expected_days([0.1], 'A', -1, 91, 14) -> days_between_people is -1
    expected_days([0.1], 'A', 14, 91, 1.5) -> look_days is 1.5
    """,
)
