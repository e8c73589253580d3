"""Tables of chapter 00 for who checks: the claims weighed, the verdicts explained, and what was not read."""

import pandas as pd

from trial import ledger as claims
from trial import words


def ledger_table(ledger):
    """The claim ledger for reading, a row per claim; its links stand in `ledger["link"]`, row by row."""
    return pd.DataFrame(
        {
            "Claim": ledger["claim"].str.rstrip(".") + " (" + ledger["speaker"] + ")",
            "Verdict": ledger["verdict"].map(words.sentence) + ". " + ledger["why_verdict"],
            "What was reported": ledger["reported"].map(words.sentence),
            "What we derive": ledger["derived"].map(words.sentence),
            "Without any effect": ledger["without_effect"].map(words.sentence),
            "Where": ledger["section"],
            "Source": ledger["sources"],
        }
    )


def verdict_glosses():
    """The closed list of verdicts and what each means."""
    return pd.DataFrame(
        {
            "Verdict": [words.sentence(verdict) for verdict in claims.glosses()],
            "What it means": list(claims.glosses().values()),
        }
    )


def verdict_counts(ledger):
    """How many claims have each verdict; one that no claim has keeps its row, with 0."""
    counts = ledger["verdict"].value_counts().reindex(list(claims.glosses()), fill_value=0)
    return pd.DataFrame({"Verdict": counts.index.map(words.sentence), "Claims": counts.map(words.number).to_numpy()})


def what_we_did_not_read(not_read):
    """What we have not read, where it probably stands, and which section it would change."""
    return pd.DataFrame(
        {
            "Not in what we read": not_read["item"],
            "What it would answer": not_read["question"].map(words.sentence),
            "Where it stands": not_read["probably_in"].map(words.sentence),
            "What it would change": "chapter "
            + not_read["would_change_chapter"].str[:2]
            + ": "
            + not_read["would_change_section"],
        }
    )


def terms(glossary):
    """The field's terms in one plain sentence each."""
    also = glossary["also_called"].str.replace("; ", ", ")
    names = glossary["term"] + also.map(lambda text: f" ({text})" if text else "")
    return pd.DataFrame({"Term": names, "What it means here": glossary["meaning"]})
