"""How the weighed claims read: columns, and sentences that follow from the verdicts."""

import pandas as pd

from trial import answers, words
from trial.claims import rules, weighing


def counted(verdicts, verdict):
    """How many claims have a verdict, in words; `verdicts`: counts by verdict.

    >>> counted(pd.Series({"printed": 4}), "printed"), counted(pd.Series({"printed": 4}), "follows")
    ('four', 'none')
    """
    count = int(verdicts.get(verdict, 0))
    return words.in_words(count) if count else "none"


def records(weighed):
    """Every verdict as a named result: its place among those that a claim can get, which stand in the unit."""
    whose = {"twelve": "these twelve", "others": "people like them"}
    rows = [
        (
            f"claims.{column}__{claim.claim_id}",
            places.index(getattr(claim, column)) + 1,
            f"one of: {'; '.join(places)}",
            f"by rule, of {whose[column]}: {claim.claim}",
        )
        for claim in weighed.itertuples()
        for column, places in rules.COLUMNS.items()
    ]
    return pd.DataFrame(rows, columns=["name", "value", "unit", "method"])


def that_follow(weighed):
    """The claims that hold for other people too, in a few words each."""
    about = weighed.loc[weighed["others"] == rules.FOLLOWS, "about"]
    found = list(dict.fromkeys(weighing.SUBJECTS[subject].short for subject in about))
    return words.listed(found) if found else "none of them"


def missed(weighed):
    """What the news item missed, where its count differs from the table's."""
    differs = ((weighed["about"] == "serious_events") & (weighed["twelve"] == rules.DIFFER)).any()
    return "one serious event in the paper's table" if differs else "no count that we know of"


def side(result):
    """Whether a recorded result is of one side or of two, as its method says."""
    return next((word for word in ("one-sided", "two-sided") if word in result.method), "side not named")


def filled_in(answered, cite):
    """One sentence on what the answer sheet holds; `cite` makes a link of a source."""
    if not len(answered):
        return "No answer has been filled in so far."
    each = [f"{row.item}: {answers.said(row.key, cite)}, read on {row.answer_read_on}" for row in answered.itertuples()]
    return f"Filled in so far, as reported: {'; '.join(each)}."


MARKS = {
    rules.PRINTED: "✓",
    rules.DIFFER: "≠",
    rules.SAID: "“",
    rules.FOLLOWS: "✓",
    rules.TOO_FEW: "?",
    rules.SAME: "=",
    rules.NOT: "✗",
}


def _verdict(verdict, more):
    return "\n".join(part for part in (MARKS[verdict], words.sentence(verdict), more) if part)


def _means(kind, *verdicts):
    return " ".join(f"{words.sentence(verdict)}: {rules.GLOSSES[verdict, kind]}" for verdict in verdicts)


def alike(weighed):
    """The claims for reading: two speakers who say the same, weighed the same, share a row."""
    said = weighed.assign(
        claim=[f"{row.claim.rstrip('.')} ({row.speaker})" for row in weighed.itertuples()],
        sources=weighed["sources"].str.split(";"),
    )
    same = ["about", "twelve", "since", "others", "detail", "because"]
    joined = {"claim": ". ".join, "sources": lambda lists: ";".join(dict.fromkeys(lists.sum()))}
    merged = said.groupby(same, sort=False).agg(joined)
    return said.drop(columns=["claim", "sources"]).drop_duplicates(same).merge(merged, on=same)


WEIGHED = {
    "Claim": "claim",
    "Of these twelve": (("twelve", "since"), _verdict),
    "For people like them": (("others", "detail"), _verdict),
    "Because": "because",
    "In plain words": (("kind", "twelve", "others"), _means),
    "More in": ("chapter", lambda chapter: f"chapter {chapter[:2]}"),
    "Sources": "sources",
}
VOICES = {
    "Who": ("voice", words.sentence),
    "What is said": ("says", words.sentence),
    "What goes beyond the abstract": ("beyond", words.sentence, "Nothing"),
    "The text": ("text", words.sentence),
    "Source": "source",
}
NOT_READ = {
    "Not in what we read": "item",
    "What it would answer": ("question", words.sentence),
    "Where it stands": ("probably_in", words.sentence),
    "What it would change": (
        ("would_change_chapter", "would_change_section"),
        lambda chapter, section: f"chapter {chapter[:2]}: {section}",
    ),
}
