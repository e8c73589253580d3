"""How the weighed claims read: columns, and sentences that follow from the verdicts."""

import pandas as pd

from trial import answers, words
from trial.claims import rules


def counted(verdicts, verdict):
    """How many claims have a verdict, in words; `verdicts`: counts by verdict.

    >>> counted(pd.Series({"printed": 4}), "printed"), counted(pd.Series({"printed": 4}), "follows")
    ('four', 'none')
    """
    count = int(verdicts.get(verdict, 0))
    return words.in_words(count) if count else "none"


SHORT = {
    "feasibility": "that it can be done",
    "safety": f"that serious harm strikes fewer than {words.one_in(rules.LARGEST_HARM)}",
    "severe": f"that severe harm strikes fewer than {words.one_in(rules.LARGEST_HARM)}",
    "serious_events": f"that serious events strike fewer than {words.one_in(rules.LARGEST_HARM)}",
    "new_lesions": "how many get new spots",
    "atrophy": "that brains shrink less",
    "biomarkers": "that molecules rise",
    "benefit": "that there are hints",
    "next_step": "that a larger trial is needed",
    "dose_choice": "that the next trial may take the highest dose (a choice, not a sign of benefit)",
}


def records(weighed):
    """Every verdict as a named result: its place among those that a claim can get, which stand in the unit."""
    rows = [
        (
            f"claims.{column}__{claim.claim_id}",
            places.index(getattr(claim, column)) + 1,
            f"one of: {'; '.join(places)}",
            "by rule",
        )
        for claim in weighed.itertuples()
        for column, places in rules.COLUMNS.items()
    ]
    return pd.DataFrame(rows, columns=["name", "value", "unit", "method"])


def that_follow(weighed):
    """The claims that hold for other people too, in a few words each."""
    found = list(dict.fromkeys(SHORT[about] for about in weighed.loc[weighed["others"] == rules.FOLLOWS, "about"]))
    return words.listed(found) if found else "none of them"


def missed(weighed):
    """What the news item missed, where its count differs from the table's.

    >>> import pandas as pd
    >>> missed(pd.DataFrame({"about": ["serious_events"], "twelve": ["sources differ"]}))
    "one serious event in the paper's table"
    """
    differs = ((weighed["about"] == "serious_events") & (weighed["twelve"] == rules.DIFFER)).any()
    return "one serious event in the paper's table" if differs else "no count that we know of"


def side(result):
    """Whether a recorded result is of one side or of two, as its method says.

    >>> import pandas as pd
    >>> side(pd.Series({"method": "exact permutation, one-sided"}))
    'one-sided'
    """
    return next((word for word in ("one-sided", "two-sided") if word in result.method), "side not named")


def by_weight(voices):
    """The voices, the trial's own first; a digest of the press never stands before it."""
    return voices.sort_values("weight", kind="stable", ignore_index=True)


def filled_in(answered, cite):
    """One sentence on what the answer sheet holds; `cite` makes a link of a source."""
    if not len(answered):
        return "No answer has been filled in so far."
    told = [f"{row.item}: {answers.said(row.key, cite)}, read on {row.answer_read_on}" for row in answered.itertuples()]
    return f"Filled in so far, as reported: {'; '.join(told)}."


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
    """
    >>> _verdict(rules.TOO_FEW, "0% to 26% would fit")
    '?\\nToo few to tell\\n0% to 26% would fit'
    """
    return "\n".join(part for part in (MARKS[verdict], words.sentence(verdict), more) if part)


def _means(kind, *verdicts):
    return " ".join(f"{words.sentence(verdict)}: {rules.GLOSSES[verdict, kind]}" for verdict in verdicts)


def alike(weighed):
    """The claims for reading: two speakers who say the same, weighed the same, share a row."""
    said = weighed.assign(
        claim=[f"{row.claim.rstrip('.')} ({row.speaker})" for row in weighed.itertuples()],
        sources=weighed["sources"] + ";",
    )
    same = ["about", "twelve", "since", "others", "detail", "because"]
    told = said.groupby(same, sort=False)[["claim", "sources"]].agg({"claim": ". ".join, "sources": "".join})
    shared = said.drop(columns=["claim", "sources"]).drop_duplicates(same).merge(told, on=same)
    return shared.assign(
        sources=shared["sources"].map(lambda keys: ";".join(dict.fromkeys(keys.rstrip(";").split(";"))))
    )


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
