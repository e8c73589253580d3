"""Chapter 05: one answer for any two- or three-group trial on brain volume; the bench and the table of designs both ask it."""

from math import sqrt
from typing import NamedTuple

from trial.methods import assurance, intervals, planning
from trial.methods.intervals import number, one_of, whole_number

ALL, EXCESS = "all loss", "the loss beyond healthy ageing"
LOSSES = (ALL, EXCESS)
ENDS = 2, 3  # of the number of groups


class Known(NamedTuple):
    """What is known of people without the cells, in % a year: mean loss, healthy loss, spread seen over so many years in so many
    people, and which part of the variance of one year's change is error of the scans."""

    loss: float
    healthy: float
    sd: float
    years: float
    people: int
    scan_part: float

    def spread(self, years, sd=None):
        """Spread of the yearly change if it is seen over so many years: the scans' part of its variance falls with their square."""
        true, scan = 1 - self.scan_part, self.scan_part
        ratio = (true + scan / number("years", years, above=0) ** 2) / (true + scan / self.years**2)
        return (self.sd if sd is None else sd) * sqrt(ratio)


class Answer(NamedTuple):
    """Chance of success, and at both limits of the spread (the wider one first); people to the end with cells and in the group
    they are compared with; people enrolled in all and with cells; the largest rate of a harm that fits nobody harmed."""

    chance: float
    lowest: float
    highest: float
    cells: int
    control: int
    enrolled: int
    enrolled_cells: int
    excluded: float


def _groups(people, groups, allocation):
    """People enrolled with cells, and in each other group: groups x people in all, so many with cells for each one without."""
    every = whole_number("people", people, at_least=2) * whole_number("groups", groups, *ENDS)
    cells = every * number("allocation", allocation, above=0) / (allocation + groups - 1)
    control = int((every - cells) / (groups - 1) + 1e-9)
    return every - control * (groups - 1), control


def level(groups, alpha):
    """Two-sided level of the comparison told: where a third group brings a second comparison, each has half."""
    return alpha / (groups - 1)


def answered(people, groups, lost, years, effect, of, known, allocation, belief, alpha, confidence):
    """What such a trial is worth, as an Answer: one computation for the bench and for the table of designs.

    In: people enrolled for each group (evenly, or `allocation` with cells for each one in another group, the same in all);
    groups, of whom one has the cells and one is compared with them (a third one halves the level); share lost; years followed;
    share prevented `of` one of LOSSES; Known; belief in the share prevented as (mean, SD), or None where exactly `effect` is
    prevented; two-sided alpha; confidence of the limits of the spread and of harm. Success: the cells are ahead in a normal
    test of two means, spread known. Harm: one-sided, nobody harmed among all who get cells.
    """
    cells, control = _groups(people, groups, allocation)
    share = 1 - number("lost", lost, at_least=0, below=1)
    stay = [int(enrolled * share + 1e-9) for enrolled in (cells, control)]
    loss = known.loss - (known.healthy if one_of("of", of, LOSSES) == EXCESS else 0)
    here = known.spread(years)
    ends = (known.spread(years, end) for end in assurance.sd_limits(known.sd, known.people, confidence))
    chances = [0.0, 0.0, 0.0]
    if min(stay) > 0:
        even = 2 / (1 / stay[0] + 1 / stay[1])  # people per arm of an even trial that sees as much
        chances = [chance(even, sd, loss, effect, belief, level(groups, alpha)) for sd in (here, *ends)]
    excluded = intervals.clopper_pearson(0, cells, confidence, "upper").upper
    return Answer(chances[0], chances[2], chances[1], *stay, cells + control * (groups - 1), cells, excluded)


def chance(per_arm, sd, loss, effect, belief, alpha):
    """Chance of success with so many people per arm: at exactly this effect, or averaged over a belief (mean, SD)."""
    if belief is None:
        return planning.power_z(per_arm, loss * effect, sd, alpha).in_favour
    return assurance.assurance(*belief, per_arm, sd, loss, alpha)
