"""Which record of a person, measure and visit counts, where a file holds several."""

import re

import pandas as pd

from trial.own_trial.adam.columns import enumerated, says_yes
from trial.own_trial.adam.visits import UNPLANNED, dates_or_days, named_like

AVERAGES = {"AVERAGE", "MEAN"}
PLACE = ["code", "visit", "person"]  # what one record is wanted for


def one_record_each(found, frame, flag, wanted, note):
    """One record a person, measure and visit. What is set aside is told; what cannot be told apart is refused.

    In this order: a baseline by its flag; derived records only where `wanted` names them, then before all others; an
    average for its replicates; the record that a flag (ANLxxFL) picks out; the nearest to the target day; of records of
    one day the mean. found: the records; frame: the rows they come from; flag: the one without which nothing counts.
    """
    found = _of_the_flag(found, frame, flag, note)
    other = (found.derived != "") & ~found.derived.isin(AVERAGES | wanted) & ~found.baseline
    for word in sorted(found.derived[other].unique()):
        note(f"derived records ({word}), left out; derived_records names those that count", (found.derived == word)[other].sum())  # fmt: skip
    found = found[~other]
    group = found.groupby(PLACE, sort=False).ngroup()
    if not group.duplicated().any():
        _note_flags(found, frame, note)
        return found
    alone = ~group.duplicated(keep=False)
    some, group = found[~alone], group[~alone]
    kept = pd.Series(True, index=some.index)
    aside = "records set aside beside {} of the same person, parameter and visit"
    for which, better in (
        ("the baseline", some.baseline),
        ("a derived one that was asked for", some.derived.isin(wanted)),
        ("an average", some.derived.isin(AVERAGES)),
    ):
        there = (kept & better).groupby(group).transform("any")
        note(aside.format(which), (kept & there & ~better).sum())
        kept &= better | ~there
    for column_name in sorted(c for c in frame if re.fullmatch(r"ANL\d\dFL", c)):
        flagged = says_yes(frame, column_name).reindex(some.index) & kept
        picks = (flagged.groupby(group).transform("sum") == 1) & (kept.groupby(group).transform("sum") > 1)
        note(aside.format(f"one with {column_name}"), (kept & picks & ~flagged).sum())
        kept &= flagged | ~picks
    some, group = some[kept], group[kept]
    if not flag:
        _note_flags(pd.concat([found[alone], some]), frame, note)
    some, group = _nearest(some, group, note)
    return pd.concat([found[alone], _mean(some, group, note)]).sort_index()


def _of_the_flag(found, frame, flag, note):
    if not flag:
        return found
    kept = says_yes(frame, flag).reindex(found.index) | found.baseline
    note(f"records without the flag {flag}, left out", (~kept).sum())
    return found[kept]


def _note_flags(found, frame, note):
    """Says where a flag would have removed the only record of a person, parameter and visit."""
    for column_name in sorted(c for c in frame if re.fullmatch(r"ANL\d\dFL", c)):
        flagged = says_yes(frame, column_name).reindex(found.index)
        if flagged.any():
            warning = f"records that count without {column_name}: it would remove a person's only one at a visit; analysis_flag forces it"
            note(warning, (~flagged & ~found.baseline).sum())


def _nearest(some, group, note):
    """Of records of several days those of the day nearest to the target; without one, none of them."""

    def several(part, of):
        return dates_or_days(part).groupby(of).transform("nunique") > 1

    days = several(some, group)
    nearest = some.apart == some.apart.groupby(group).transform("min")
    known = some.apart.notna().groupby(group).transform("all")
    kept = ~days | ~known | nearest
    note("records set aside beside one nearer to the target day", (~kept).sum())
    some, group = some[kept], group[kept]
    unclear = several(some, group)
    loose = named_like(some.visit, UNPLANNED)
    note("records at unplanned visits, several of one person there, left out", (unclear & loose).sum())
    left = some[unclear & ~loose]
    names = enumerated(left.parameter + " at " + left.visit)
    note(f"records of several days at one visit, and no target day says which counts, left out: {names}", len(left))
    return some[~unclear], group[~unclear]


def _mean(some, group, note):
    """The mean of what is left for one person, measure and visit."""
    several = group.duplicated(keep=False)
    note("replicates of one person, parameter and visit, of which the mean counts", several.sum())
    first = some[~group.duplicated()].copy()
    for part in ("value", "base", "change"):
        first[part] = some[part].groupby(group).transform("mean")[first.index]
    for part in ("from_range", "to_range"):  # of replicates that stand differently the mean stands nowhere known
        alike = some[part].groupby(group).transform("nunique")[first.index] == 1
        first[part] = first[part].where(alike, "")
    return first
