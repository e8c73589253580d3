"""The verdicts on a claim, what each means, and the rules that give them; no verdict is typed.

What is said of the twelve is held to what the trial itself prints (its paper, its registry entry); what it can mean for
people like them follows from exact limits, from what luck alone gives, or from what was done.
"""

from trial import words
from trial.safety import LARGEST_HARM

PRINTED, DIFFER, SAID = "printed", "sources differ", "said, no number read"
FOLLOWS, TOO_FEW = "follows", "too few to tell"
SAME, NOT = "would look the same either way", "does not follow from this trial"

# from the best for the claim to the worst
COLUMNS = {"twelve": (PRINTED, SAID, DIFFER), "others": (FOLLOWS, SAME, TOO_FEW, NOT)}

LUCK = 0.05  # what luck alone gives more often than this would look the same either way
GLOSSES = {  # verdict and what the claim is about: what the verdict means
    (PRINTED, "harm"): "The paper's own table or abstract counts the same.",
    (PRINTED, "benefit"): "A number printed by the trial says the same.",
    (PRINTED, "design"): "The paper or the registry says the same.",
    (DIFFER, "harm"): "The trial itself prints another count.",
    (DIFFER, "benefit"): "Another text on the trial says another thing.",
    (DIFFER, "design"): "The paper or the registry says another thing.",
    (SAID, "harm"): "It is said; a count of people is not in what we read.",
    (SAID, "benefit"): "Which way is said; how much, or in how many, is not in what the trial itself prints, as far as "
    "we read.",
    (SAID, "design"): "It is said; the numbers it rests on are not in what we read.",
    (FOLLOWS, "harm"): f"So many were unharmed that harm in {words.one_in(LARGEST_HARM)} is excluded.",
    (FOLLOWS, "benefit"): f"Luck alone would show it in at most {words.in_hundred(LUCK)} trials.",
    (FOLLOWS, "design"): "It holds whether the cells work or not.",
    (TOO_FEW, "harm"): "What was seen fits very little harm, and fits much.",
    (TOO_FEW, "benefit"): "What was seen fits a few people, and fits most.",
    (TOO_FEW, "design"): "So few cannot show how often it would fail.",
    (SAME, "benefit"): "Trials in which nothing works would show it too, this often.",
    (NOT, "harm"): "Harm was seen too often for that.",
    (NOT, "design"): "What was done and seen here gives no ground for it.",
}


# --- rules of these twelve --------------------------------------------------------------------------------------------


def of_count(stated, printed):
    """A stated count against the counts that the trial itself prints."""
    if not len(printed):
        return SAID
    return PRINTED if all(count == stated for count in printed) else DIFFER


def of_direction(said, others, number_read):
    """A direction against those that other texts on the trial give, and whether a number behind it was read."""
    if set(others) - set(said):
        return DIFFER
    return PRINTED if number_read else SAID


# --- rules for people like them ---------------------------------------------------------------------------------------


def of_harm(share):
    """Few harmed here, few harmed elsewhere? By the limits of the share: an `intervals.Interval` of two sides."""
    if share.lower > LARGEST_HARM:
        return NOT
    return TOO_FEW if share.upper > LARGEST_HARM else FOLLOWS


def of_luck(without_effect):
    """A finding, from how often trials in which nothing works show it."""
    return SAME if without_effect > LUCK else FOLLOWS


def of_usual(at_most, at_least):
    """A count, from how often untreated groups of this size show so many at most, and so many at least."""
    return SAME if min(at_most, at_least) > LUCK / 2 else TOO_FEW


def of_doing(done, planned):
    """That something can be done, from how often it was."""
    return FOLLOWS if done == planned else TOO_FEW


def of_need(needed, people):
    """That more people are needed, from the number that an assumed effect takes."""
    return FOLLOWS if needed > people else NOT


def of_choice(treated, planned, harmed):
    """The highest dose for the next trial: a choice of design, not a finding. It follows if so many as planned had that
    dose, and none of them harm that could count against it.
    """
    return FOLLOWS if treated >= planned and not harmed else NOT
