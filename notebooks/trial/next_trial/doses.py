"""Chapter 05: which dose: the top one alone, or the two highest randomised, and what then is picked."""

import pandas as pd

from trial import words
from trial.methods import selection

MARGIN = 0.1  # assumed: from so much more harm seen on it, in shares of people, the other dose is picked
HALF = 0.5  # assumed: what a dose prevents of what the better one does
# What the lower and the higher dose prevent of what the trial hopes for; assumed.
BENEFITS = {
    "same": ("both doses prevent as much", (1.0, 1.0)),
    "more": ("the top dose prevents twice as much", (HALF, 1.0)),
    "less": ("the top dose prevents half as much", (1.0, HALF)),
}
COLUMNS = {
    "If": ("benefit", words.sentence),
    "and": "harm_in_words",
    "The better dose is picked": ("right", words.in_hundred),
    "Harm at the picked dose": ("harm", words.percent),
    "Harm if the top dose is taken unasked": ("harm_top", words.percent),
    "Loss prevented by the picked dose": ("prevented", words.percent),
    "by the top dose": ("prevented_top", words.percent),
}


def picked(curves, per_arm, effect, loss, sd):
    """Two doses against one control, so many people to the end in each group, under each benefit and each curve of harm.

    In: load.table("dlt_curves") (the two highest doses of each are compared); people per arm; share prevented by the better
    dose; yearly loss and spread. The dose that prevents more is picked, unless MARGIN more are harmed on it. The better dose
    is the one that this rule would pick if nothing were left to chance. Out: slug, benefit, curve, harm_in_words, right
    (chance to pick the better; missing where neither is), harm and prevented (share) on average at the picked dose, and both
    at the top dose.
    """
    rows = []
    for slug, (benefit, shares) in BENEFITS.items():
        prevented = [share * effect for share in shares]
        for curve, doses in curves.groupby("curve", sort=False):
            name, harm = doses["name_in_words"].iloc[0], doses.sort_values("dose_level")["rate"].tolist()[-2:]
            made = selection.pick(per_arm, [share * loss for share in prevented], sd, harm, MARGIN)
            better = _better(prevented, harm)
            right = None if better is None else made.higher if better else 1 - made.higher
            harms = f"{name.split(':')[0]} ({words.percent(harm[0])} and {words.percent(harm[1])})"
            numbers = right, made.harm, made.prevented / loss, harm[1], prevented[1]
            rows.append((f"{slug}__{curve}", benefit, harms, *numbers))
    columns = ["slug", "benefit", "harm_in_words", "right", "harm", "prevented", "harm_top", "prevented_top"]
    return pd.DataFrame(rows, columns=columns).astype({"right": float})


def _better(prevented, harm):
    """Whether the higher of two doses is the better one; None where neither is."""
    more = harm[1] - harm[0]
    if abs(more) >= MARGIN - 1e-9:
        return more < 0
    return None if prevented[0] == prevented[1] else prevented[1] > prevented[0]
