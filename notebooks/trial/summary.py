"""Chapter 00: the twelve people, trials that luck would give, the empty column, the claims weighed, the numbers as read."""

import re
from math import log1p

import pandas as pd

from trial import ledger as claims
from trial import words
from trial.methods import intervals

KINDS = {"reported": "reported", "derived": "worked out", "assumed": "assumed"}
ABBREVIATIONS = ("edss", "dlt", "ms", "spms", "ppms", "rrms", "sd", "se")


def twelve_people(outcomes):
    """Rows for the icon arrays: event, people_with, people, weeks, big_label, note."""
    in_all = {
        "related_serious": "a serious event put down to the cells",
        "any_serious": "a serious event of any cause",
        "new_lesion": "a new spot on a brain scan",
    }
    shown = outcomes[outcomes["outcome"].isin(in_all)]
    half = shown["outcome"] == "new_lesion"
    return pd.DataFrame(
        {
            "event": shown["outcome"].map(in_all),
            "people_with": shown["people_with"],
            "people": shown["people"],
            "weeks": shown["window_weeks"],
            "big_label": [
                f"{row.people_with} of {row.people}" if row.outcome != "new_lesion" else "half"
                for row in shown.itertuples()
            ],
            "note": half.map({True: "six if all twelve were scanned", False: ""}),
        }
    )


def hundred_trials(one_ins, people):
    """A hundred imagined trials for each assumed rate "1 in so many": columns one_in, trial (1..100), harmed, people."""
    made = []
    for one_in in one_ins:
        counts = intervals.hundred_trials(1 / one_in, people)
        harmed = [number for number, trials in enumerate(counts) for _ in range(trials)]
        made.append(pd.DataFrame({"one_in": one_in, "trial": range(1, 101), "harmed": harmed, "people": people}))
    return pd.concat(made, ignore_index=True)


def none_among(one_ins, people):
    """What the tiles show, for reading: assumed rate, trials of 100 that see none, one, or more harmed."""
    rows = []
    for one_in in one_ins:
        counts = intervals.hundred_trials(1 / one_in, people)
        rows.append(
            {
                "If harm strikes (assumed)": words.one_in(1 / one_in),
                "Trials of 100 that see none": words.number(counts[0]),
                "that see one": words.number(counts[1]),
                "that see more": words.number(100 - counts[0] - counts[1]),
            }
        )
    return pd.DataFrame(rows)


def lesions_expected(share, people, dispersion_k=0.5):
    """People with a new lesion at one mean rate, as text: from lesions bunched in few people to lesions by chance alone.

    `share` is that of people with at least one if lesions fall by chance (Poisson); `dispersion_k` is the size of the
    negative binomial when they bunch, an assumption.

    >>> lesions_expected(0.6014, 12)
    '5 to 7'
    """
    mean = -log1p(-min(share, 1 - 1e-12))  # a share of all but everyone is recorded as 1
    bunched = intervals.at_least_one_negative_binomial(mean, dispersion_k)
    ends = dict.fromkeys(words.number(part * people) for part in (bunched, share))
    return " to ".join(ends)


def empty_column(comparison, progression, sisters, results):
    """Six outcomes: the twelve who got the package, nobody to compare with, and a backdrop from elsewhere per twelve."""

    def per_twelve(shares):
        low, high = words.whole(12 * min(shares)), words.whole(12 * max(shares))
        return f"{low} of 12" if low == high else f"{low} to {high} of 12"

    others = comparison[comparison["trial"] != "STEMS"]
    worse = progression[
        (progression["unit"] == "percent") & progression["outcome"].str.contains("progress", case=False)
    ]
    like = sisters[(sisters["endpoint_class"] == "related_serious") & (sisters["events_people"] == 0)]
    counted = {
        name: results.loc[name].value
        for name in ("safety.related_serious", "safety.any_serious", "imaging.expected_new_lesion_poisson")
    }
    nobody = "nobody in this trial"
    rows = [
        (
            "Serious harm put down to the cells",
            f"{words.whole(12 * counted['safety.related_serious'])} of 12",
            f"none in {words.number(like['people_followed'].sum())} people of {words.things(len(like), 'other small cell trial')}",
        ),
        (
            "Any serious event in about two years",
            f"{words.whole(12 * counted['safety.any_serious'])} of 12",
            f"{per_twelve(others['people_with'] / others['people'])} in other trials",
        ),
        (
            "New spots on brain scans",
            "half",
            f"about {lesions_expected(counted['imaging.expected_new_lesion_poisson'], 12)} of 12, if a borrowed "
            "rate holds (assumed)",
        ),
        (
            "Brain shrinkage",
            "less with the highest dose; no number read",
            "everyone's brain shrinks with age, faster in MS",
        ),
        (
            "Walking, hands, daily life",
            "nothing in what we read",
            f"{per_twelve(worse['value'] / 100)} got worse in other trials, over about two years where we read how long",
        ),
        ("Helpful molecules in the spinal fluid", "up; no number read", "in other cell trials some rose and some fell"),
    ]
    return pd.DataFrame(
        [(what, seen, nobody, elsewhere) for what, seen, elsewhere in rows],
        columns=[
            "What was looked at",
            "Twelve who got the package",
            "People like them who did not",
            "Elsewhere, other people",
        ],
    )


def shown_and_not(results, people, per_dose):
    """What the trial shows, beside what it does not: one row a subject, numbers from named results."""
    harmed = results.loc["safety.related_serious"]
    best = results.loc["imaging.p_top_cohort_best_no_effect"].value
    return pd.DataFrame(
        [
            (
                "Doing it",
                f"{words.sentence(words.in_words(people))} people could be given the package at four rising doses",
                "That a highest bearable dose was found: none was reached",
            ),
            (
                "Harm",
                f"{words.sentence(words.people_share(harmed.value, people))} of {people} had a serious event put down to the cells",
                f"That such harm is infrequent: up to {words.percent(harmed.upper)} would fit",
            ),
            ("New lesions", "Half had at least one", "That the cells caused them or held them down"),
            (
                "Brain volume",
                f"Less loss in {words.in_words(per_dose)} people is reported, without a number",
                f"That dose did it: the highest of four comes out best {words.one_in(best)} times by luck",
            ),
            (
                "Molecules",
                "A rise is reported, without a number",
                "That the rise came from the cells, or does any good",
            ),
            ("Disability", "Nothing in what we read", "Anything, in either direction"),
        ],
        columns=["Subject", "What it shows", "What it does not show"],
    )


def count_is_usual(seen_share, untreated_share, people):
    """Whether so many people with a new lesion are within what 95 of 100 untreated groups of this size would show.

    >>> count_is_usual(0.5, 0.6, 12), count_is_usual(0.5, 0.99, 12)
    (True, False)
    """
    chances = intervals.count_distribution(untreated_share, people)
    seen = words.whole(seen_share * people)
    return bool(min(chances[: seen + 1].sum(), chances[seen:].sum()) >= 0.025)


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


def as_read(keyed):
    """Every number of some tables, whether a chapter uses it or not: What, Numbers, Kind, Source.

    `keyed`: a list of (columns that name a row, frame), as `load.keyed` gives it; rows without a number are left out.
    """
    rows = []
    for keys, frame in keyed:
        spoken = next((name for name in ("in_words", "meaning") if name in frame), None)
        numbers = [name for name in frame if _numeric(frame[name])]
        names = [key for key in keys if key not in numbers and not (spoken and key in ("rule", "measure", "outcome"))]
        for row in frame.to_dict("records"):
            told = [_told(name, row) for name in numbers if pd.notna(row[name])]
            if told:
                named = [f"dose {row[name]}" if name == "cohort" else str(row[name]) for name in names]
                rows.append(
                    {
                        "What": _begun(_spoken(", ".join(named + ([row[spoken]] if spoken else [])))),
                        "Numbers": "; ".join(told),
                        "Kind": KINDS[row["kind"]],
                        "Source": row["source"],
                    }
                )
    return pd.DataFrame(rows)


def _numeric(column):
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _told(name, row):
    value = str(int(row[name])) if name == "year" else words.plain(row[name])
    unit = f" {row['unit']}" if row.get("unit") and name in ("value", "lower", "upper") else ""
    return f"{'' if name == 'value' else _spoken(name) + ' '}{value}{unit}"


def _spoken(text):
    """Names of columns and keys as words.

    >>> _spoken("people_with_dlt"), _spoken("ppms")
    ('people with DLT', 'PPMS')
    """
    pattern = rf"\b({'|'.join(ABBREVIATIONS)})\b"
    return re.sub(pattern, lambda found: found[0].upper(), text.replace("_", " "))


def _begun(text):
    # A name such as hNSC keeps its small letter.
    return text if text[1:2].isupper() else words.sentence(text)
