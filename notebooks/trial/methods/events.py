"""People and events of a trial that counts who gets worse: enrolment over time, people who leave, an effect that comes late.

Everyone gets worse at a constant yearly rate (hazard), a treated person at that rate times a ratio once the effect has set
in, and leaves at a constant rate too.
"""

from math import exp, expm1, log1p
from typing import NamedTuple

from trial.methods.intervals import number
from trial.methods.planning import bounded, events_logrank, rounded_up


class Course(NamedTuple):
    """How a trial runs: the hazard of leaving (per year), years to enrol everyone evenly, years that the last one is followed."""

    leaving: float
    enrolling: float
    followed: float


class Sized(NamedTuple):
    """Events in both arms together (not rounded), people per arm (rounded up), share of either arm with the event seen."""

    events: float
    people_per_arm: int
    seen_control: float
    seen_treated: float


def yearly_rate(share, years):
    """Constant yearly hazard under which this share has the event, or has left, by so many years: -ln(1 - share) / years.

    >>> round(yearly_rate(1 - exp(-0.6), 2), 10), yearly_rate(0, 2)
    (0.3, 0.0)
    """
    share = number("share", share, at_least=0, below=1)
    return abs(log1p(-share)) / number("years", years, above=0)


def share_seen(rate, course, ratio=1.0, delay=0.0):
    """Share of an arm whose event the trial sees before and after the effect sets in, as a pair.

    In: yearly hazard, Course, hazard ratio from `delay` years on (piecewise constant; Lachin and Foulkes, 1986).
    """
    leaving, enrolling, followed = (
        number(f"years or hazard of the course ({name})", value, at_least=0)
        for name, value in zip(Course._fields, course, strict=True)
    )
    number("rate", rate, at_least=0)

    def by(years, hazard, added_up=False):
        """Share seen by so many years of those who start them; or that share, added up over all years until then."""
        gone, years = hazard + leaving, max(years, 0.0)
        if gone == 0:
            return 0.0
        return hazard / gone * (years + expm1(-gone * years) / gone if added_up else -expm1(-gone * years))

    def early(years, added_up=False):
        beyond = max(years - delay, 0.0) * by(delay, rate) if added_up else 0.0
        return by(min(years, delay), rate, added_up) + beyond

    def late(years, added_up=False):  # of those who are still there after the delay
        return exp(-(rate + leaving) * delay) * by(years - delay, rate * ratio, added_up)

    if enrolling == 0:
        return early(followed), late(followed)
    # people who came early are followed longer: the end lies evenly between two times
    ends = followed + enrolling, followed
    return tuple((seen(ends[0], True) - seen(ends[1], True)) / enrolling for seen in (early, late))


def size_by_events(rate, hazard_ratio, course, alpha, power, delay=0.0):
    """Events and people per arm of a two-sided log-rank test of two equal arms, as Sized.

    In: yearly hazard on control, hazard ratio in (0, 1) from `delay` years on, Course. Events as Schoenfeld (1983), divided
    by the square of the part of them that falls after the delay: earlier ones carry no difference, and their number counts
    against the test (Zucker and Lakatos, 1990, for weights of one). People: events over the shares seen in both arms
    (Lachin and Foulkes, 1986).
    """
    delay = number("delay", delay, at_least=0)
    control = sum(share_seen(number("rate", rate, above=0), course))
    early, late = share_seen(rate, course, hazard_ratio, delay)
    # both arms are alike up to the delay
    telling = 1 - 2 * early / (control + early + late)
    if not telling > 0:
        raise ValueError(f"delay is {delay:g}, but must be less than the years that people are followed.")
    events = bounded(events_logrank(hazard_ratio, alpha, power) / telling**2)
    people = rounded_up(bounded(events / (control + early + late)))
    return Sized(events, people, control, early + late)
