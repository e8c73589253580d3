"""A trial of files as one told by counts, so that a rule, luck and the next trial are asked of both in one way."""

import numpy as np

from trial import words
from trial.methods import change_tests
from trial.own_trial import changes, counts_text, dlt_replay
from trial.own_trial.counts_file import MOST_DOSES, REST, START, Claim, Counts, Dose

MOST_MEASURES = 4  # of which luck and the next trial are asked; parameters choose others


def of_files(trial, name, reading, kinds, smallest):
    """Counts with what the files hold: doses, people, the 3+3 rule as read, and a claim for each of the first measures.

    name: what the trial is called in a sentence; kinds: several `changes.Tested`. No rule where nothing says which harm limits
    the dose, or no order of dose is known. With `smallest` above 1 no claim: the people behind a mean are not to be shown.
    """
    sizes = trial.people.cohort.value_counts()
    given = dlt_replay.dosed(trial)
    stated = bool(trial.dlt_by) and dlt_replay.ordered(trial) and len(given) <= MOST_DOSES
    return Counts(
        name,
        tuple(Dose(cohort, int(sizes[cohort])) for cohort in given),
        rule=f"3+3 {reading}" if stated else None,
        claims=tuple(_claims(trial, kinds)) if smallest == 1 else (),
        arms=tuple(trial.arms),
        files=True,
        dosed=trial.order_known,
    )


def _claims(trial, kinds):
    found = [part for kind in kinds for part in kind.found.groupby(["code", "parameter", "visit"])]
    for (_, parameter, visit), part in found[:MOST_MEASURES]:
        change = part.assign(change=change_tests.rounded(part.change)).groupby("cohort").change
        people = change.size().reindex(trial.arms, fill_value=0)
        mean, sd = change.mean().reindex(trial.arms), change.std().reindex(trial.arms)
        better, against = _sides(trial, f"{parameter} {part.code.iloc[0]}", people)
        yield Claim(
            f"{parameter}, {visit}",
            better,
            against,
            mean=_known(mean) if better else (),
            sd=_known(sd) if (sd > 0).any() else (),
            people=tuple(int(n) or None for n in people),
        )


def _known(values):
    return tuple(None if np.isnan(value) else float(value) for value in values)


def _sides(trial, measure, people):
    """The highest dose and what it is set against: control, else all other doses, else its own start; ("", None) where nothing
    can be said of one dose: no order is known, nobody was measured, or the measure falls by itself."""
    top = [arm for arm in trial.arms if arm != trial.control][-1:]
    rest = [trial.control] if trial.control else [arm for arm in trial.arms if arm not in top]
    others = tuple(arm for arm in rest if people[arm])
    if not top or not people[top[0]] or not dlt_replay.ordered(trial) or (rest and not others):
        return "", None
    if not rest:
        return ("", None) if changes.SHRINKS.search(measure) else (top[0], START)
    return top[0], REST if len(others) == len(rest) and not trial.control else others


# --- how it reads -----------------------------------------------------------------------------------------------------


def in_short(counts, claimed):
    """What the short answer says of the rule, and of luck."""
    return [counts_text.passing_sentence(counts)] * bool(counts.rule) + [
        counts_text.short_claim(counts, row) for row in claimed.head(1).itertuples()
    ]


def rule_said(trial, counts, lets_through):
    """What the rule lets through, or why that is not worked out, beside what `dlt_replay.said` tells."""
    if counts.rule:
        return f"\n{counts_text.rule_said(counts, lets_through)}"
    if not trial.dlt_by:
        return ""
    why = (
        f"there are more than {words.in_words(MOST_DOSES)} doses"
        if dlt_replay.ordered(trial)
        else "no order of them is known"
    )
    return f"\nWhat a rule for these doses lets through is not worked out: {why}."


def luck_said(trial, counts, kinds, claimed, real, alpha, smallest):
    """What luck says of each measure asked about, which these are, or why none is."""
    name, many = counts.title, sum(kind.found.code.nunique() for kind in kinds)
    if smallest > 1:
        return (
            f"What luck says of a dose of {name}, and how large a next trial must be, rests on how many people stand behind each mean; "
            "small numbers are not to be shown, so neither is told."
        )
    if not many:
        return f"No measure of {name} has a change at a visit, so there is no difference between cohorts to ask about."
    lines = []
    if many > MOST_MEASURES:
        lines.append(
            f"Of {words.things(many, 'measure')} in {name} the first {words.in_words(MOST_MEASURES)} are asked about; "
            "imaging_parameters and biomarker_parameters choose others."
        )
    if claimed.empty:
        return "\n".join([*lines, f"No cohort of {name} is set against another: {_why_none(trial)}."])
    lines.append(f"What a test of {'it' if len(claimed) == 1 else 'them'} gives stands further down.")
    claims, effects = counts_text.claims_said(counts, claimed, alpha), counts_text.effects_said(counts, real, alpha)
    return "\n\n".join(filter(None, ["\n".join(lines), claims, effects]))


def _why_none(trial):
    if not dlt_replay.ordered(trial):
        return "no order of the cohorts by dose is known, so none is the high one"
    if len(trial.arms) == 1:
        return "there is one, and brains lose volume with age and disease alone"
    return "nobody was measured at the highest, or nobody beside it"
