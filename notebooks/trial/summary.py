"""Chapter 00: the twelve people, their side effects, trials that luck would give, the empty column, the numbers as read."""

import re
from math import log1p

import pandas as pd

from trial import answers, load, words
from trial.methods import intervals

KINDS = {"reported": "reported", "derived": "worked out", "assumed": "assumed"}
ABBREVIATIONS = ("edss", "dlt", "ms", "spms", "ppms", "rrms", "sd", "se")


EVENTS = {
    "related_serious": "a serious event put down to the cells",
    "any_serious": "a serious event of any cause",
    "new_lesion": "a new spot on a brain scan",
}


def twelve_people(outcomes):
    """Rows for the icon arrays: event, people_with, people, weeks, big_label, note; what the source calls half stays so."""
    shown = outcomes[outcomes["outcome"].isin(EVENTS)].rename(columns={"window_weeks": "weeks"})
    half = shown["outcome"] == "new_lesion"
    counts = shown["people_with"].astype(str) + " of " + shown["people"].astype(str)
    return shown[["people_with", "people", "weeks"]].assign(
        event=shown["outcome"].map(EVENTS),
        big_label=counts.mask(half, "half"),
        note=half.map({True: "six if all twelve were scanned", False: ""}),
    )[["event", "people_with", "people", "weeks", "big_label", "note"]]


def side_effects(events):
    """What was counted, as words for a sentence: events, related (how many put down to the cells), grades, which,
    weeks (by when all of those had begun), serious (of them), infections; `events`: the table adverse_events.

    >>> told = side_effects(load.table("adverse_events"))
    >>> told["events"], told["related"], told["grades"], told["weeks"], told["infections"]
    ('44', 'ten', 'six probably, four possibly', 'two', '16')
    >>> told["which"]
    'headache (three), stiff muscles (two), neck pain, low magnesium in the blood, constipation, cold sore and flu (one each)'
    """
    related = events[events["causality"].isin(load.RELATED) & (events["events"] > 0)]
    grades = related.groupby("causality")["events"].sum()
    terms = related.groupby("plain_term", sort=False)["events"].sum().sort_values(ascending=False, kind="stable")
    several, single = terms[terms > 1], list(terms.index[terms == 1])
    listed = [f"{term} ({words.in_words(int(count))})" for term, count in several.items()]
    last_days = related["window_days"].str.split("-").str[1].astype(int)
    return {
        "events": words.in_words(int(events["events"].sum())),
        "related": words.in_words(int(related["events"].sum())),
        "grades": ", ".join(f"{words.in_words(int(grades[g]))} {g}" for g in load.RELATED if g in grades),
        "which": f"{words.listed(listed + single)}{' (one each)' if len(single) > 1 else ''}",
        "weeks": words.in_words(-(-int(last_days.max()) // 7)),
        "serious": words.in_words(int(related.loc[related["serious"], "events"].sum())).replace("no", "none"),
        "infections": words.in_words(int(events.loc[events["group"] == "infection", "events"].sum())),
    }


ARTICLE = "https://pmc.ncbi.nlm.nih.gov/articles/PMC9873560/"


def answered(key, cite, subject="This"):
    """An answer to a question that the article may hold: what the sheet says, or where to look for it.

    >>> answered("two_dlts_first_three", None).split(" ([")[0]
    'This is not in what we read; it probably stands in the protocol'
    """
    if answers.is_read(key):
        return answers.sentence(key, subject if subject != "This" else "The answer", cite=cite)
    place = answers.unread().set_index("key").loc[key, "probably_in"].removeprefix("probably ")
    return f"{subject} is {answers.said(key)}; it probably stands in {place} ([open to all]({ARTICLE}))."


def hundred_trials(one_ins, people):
    """A hundred imagined trials for each assumed rate "1 in so many": columns one_in, trial (1..100), harmed, people."""
    made = []
    for one_in in one_ins:
        counts = intervals.hundred_trials(1 / one_in, people)
        harmed = [number for number, trials in enumerate(counts) for _ in range(trials)]
        made.append(pd.DataFrame({"one_in": one_in, "trial": range(1, 101), "harmed": harmed, "people": people}))
    return pd.concat(made, ignore_index=True)


def none_among(one_ins, people):
    """What the tiles show: one_in (assumed), and how many trials of 100 see none, one, or more harmed."""
    rows = []
    for one_in in one_ins:
        none, one, *more = intervals.hundred_trials(1 / one_in, people)
        rows.append({"one_in": one_in, "none": none, "one": one, "more": sum(more)})
    return pd.DataFrame(rows)


def trials_to_run(one_ins, people, shown):
    """What a browser needs to run imagined trials: rates as in `hundred_trials`, each with its hundred, and small numbers in words.

    >>> trials_to_run([10], 12, 10)["rates"][0]["hundred"][:3]
    [28, 38, 23]
    """
    rates = [
        {
            "one_in": one_in,
            "said": words.in_words(one_in),
            "hundred": intervals.hundred_trials(1 / one_in, people).tolist(),
        }
        for one_in in one_ins
    ]
    return {
        "people": people,
        "rates": rates,
        "shown": shown,
        "named": [words.in_words(count) for count in range(people + 1)],
    }


def numbers_to_type(people, harmed, confidence):
    """What a browser needs to work out limits for typed numbers, at first of these; `exclude`: how many without harm rule a rate out.

    >>> numbers_to_type(12, 0, 0.95)["exclude"][1]
    {'rate': 0.05, 'said': '1 in 20', 'people': 72}
    """
    exclude = [
        {"rate": rate, "said": words.one_in(rate), "people": intervals.people_to_exclude(rate, confidence, "two")}
        for rate in (0.1, 0.05, 0.01, 0.001, 0.0001)
    ]
    return {
        "people": people,
        "harmed": harmed,
        "confidence": confidence,
        "level": words.level(confidence),
        "most": 500,
        "exclude": exclude,
    }


NONE_AMONG = {
    "If harm strikes (assumed)": ("one_in", "1 in {}".format),
    "Trials of 100 that see none": "none",
    "that see one": "one",
    "that see more": "more",
}


def lesions_expected(share, people, dispersion_k):
    """People with a new lesion at one mean rate, as text: from lesions bunched in few people to lesions by chance alone.

    `share` is that of people with at least one if lesions fall by chance (Poisson); `dispersion_k` is the size of the
    negative binomial when they bunch, an assumption.

    >>> lesions_expected(0.6014, 12, 1), lesions_expected(0.6014, 12, 0.5)
    ('6 to 7', '5 to 7')
    """
    mean = -log1p(-min(share, 1 - 1e-12))  # a share of all but everyone is recorded as 1
    bunched = intervals.at_least_one_negative_binomial(mean, dispersion_k)
    ends = dict.fromkeys(words.number(part * people) for part in (bunched, share))
    return " to ".join(ends)


def _per_twelve(shares):
    low, high = words.whole(12 * min(shares)), words.whole(12 * max(shares))
    return f"{low} of 12" if low == high else f"{low} to {high} of 12"


def empty_column(comparison, progression, sisters, results, dispersion_k):
    """Six outcomes: the twelve who got the package, nobody to compare with, and a backdrop from elsewhere per twelve.

    Only what counts the same thing in the same illness is added up: people with serious related harm in trials in MS.
    """
    others = comparison[comparison["trial"] != "STEMS"]
    worse = progression[
        (progression["unit"] == "percent") & progression["outcome"].str.contains("progress", case=False)
    ]
    like = sisters[(sisters["endpoint_class"] == "related_serious") & sisters["disease"].str.contains("MS")]
    related, serious, lesion = results.value[
        ["safety.related_serious", "safety.any_serious", "imaging.expected_new_lesion_poisson"]
    ]
    harmed = words.count_of(int(like["events_people"].sum()), int(like["people_followed"].sum()))
    alike = f"{harmed} people with MS in {words.things(len(like), 'other small cell trial')}"
    struck = _per_twelve(others["people_with"] / others["people"])
    got_worse = f"{_per_twelve(worse['value'] / 100)} got worse in other trials"
    borrowed = f"about {lesions_expected(lesion, 12, dispersion_k)} of 12, if a borrowed rate holds (assumed)"
    rows = [
        ("Serious harm put down to the cells", _per_twelve([related]), alike),
        ("Any serious event in about two years", _per_twelve([serious]), f"{struck} in other trials"),
        ("New spots on brain scans", "half", borrowed),
        (
            "Brain shrinkage",
            f"less with the highest dose; {_number('volume_by_person')}",
            "everyone's brain shrinks with age, faster in MS",
        ),
        (
            "Walking, hands, daily life",
            answers.said("disability"),
            f"{got_worse}, over about two years where we read how long",
        ),
        (
            "Helpful molecules in the spinal fluid",
            f"up; {_number('molecules')}",
            "in other cell trials some rose and some fell",
        ),
    ]
    heads = ["What was looked at", "Twelve who got the package", "Elsewhere, other people"]
    table = pd.DataFrame(rows, columns=heads)
    table.insert(2, "People like them who did not", "nobody in this trial")
    return table


def _number(key):
    return answers.said(key) if answers.is_read(key) else "no number read"


def shown_and_not(results, people, per_dose, confidence):
    """What the trial shows, beside what it does not: one row a subject, numbers from named results."""
    harmed = results.loc["safety.related_serious"]
    limits = intervals.clopper_pearson(words.whole(people * harmed.value), people, confidence)
    best = words.one_in(results.value["imaging.p_top_cohort_best_no_effect"])
    done = f"{words.sentence(words.in_words(people))} people could be given the package at four rising doses"
    struck = f"{words.sentence(words.people_share(harmed.value, people))} of {people} had a serious event put down to the cells"
    rows = [
        ("Doing it", done, "A highest dose that people can bear: what we read names none"),
        ("Harm", struck, f"How seldom it strikes: {words.limits(limits)} would fit"),
        ("New lesions", "Half had at least one", "That the cells caused them or held them down"),
        (
            "Brain volume",
            f"Less loss in {words.in_words(per_dose)} people is reported: {_number('volume_by_person')}",
            f"That dose did it: the highest of four comes out best {best} times by luck",
        ),
        (
            "Molecules",
            f"A rise is reported: {_number('molecules')}",
            "That the rise came from the cells, or does any good",
        ),
        ("Disability", words.sentence(answers.said("disability")), "Anything, in either direction"),
    ]
    return pd.DataFrame(rows, columns=["Subject", "What it shows", "What it does not show"])


def size_range(size, confidence):
    """A recorded size with the limits that its source leaves, as text; the upper one may be missing.

    >>> from types import SimpleNamespace
    >>> size_range(SimpleNamespace(value=46, lower=32, upper=72), 0.95)
    '32 to 72 (t interval, two-sided 95%)'
    >>> size_range(SimpleNamespace(value=46, lower=32, upper=None), 0.95)
    'at least 32 (t interval, two-sided 95%), with no upper limit'
    """
    told = intervals.Interval(size.value, size.lower, size.upper, confidence, "t interval", "two")
    if pd.notna(size.upper):
        return words.limits(told, words.number)
    bracket = words.limits(told, lambda value: "").partition("(")[2]
    return f"at least {words.number(size.lower)} ({bracket}, with no upper limit"


def count_is_usual(seen_share, untreated_share, people):
    """Whether so many people with a new lesion are within what 95 of 100 untreated groups of this size would show.

    >>> count_is_usual(0.5, 0.6, 12), count_is_usual(0.5, 0.99, 12)
    (True, False)
    """
    chances = intervals.count_distribution(untreated_share, people)
    seen = words.whole(seen_share * people)
    return bool(min(chances[: seen + 1].sum(), chances[seen:].sum()) >= 0.025)


TERMS = {
    "Term": (("term", "also_called"), lambda term, also: f"{term} ({also.replace('; ', ', ')})" if also else term),
    "What it means here": "meaning",
}


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
                named = [
                    f"dose {row[name]}" if name == "cohort" else str(row[name]) for name in names if row[name] != ""
                ]
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
