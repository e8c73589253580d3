"""Chapter 00: the empty column, side effects, trials that luck would give, answers to questions."""

from math import log1p

import pandas as pd

from trial import answers, assumptions, safety, words
from trial.methods import intervals

SIZES = ("n_per_arm", "n_per_arm_excess")  # of the next trial: all loss, and the loss beyond ageing


def side_effects(events):
    """What was counted, as words for a sentence: events, related (how many put down to the cells), grades, which,
    weeks (by when all of those had begun), serious (of them), infections; `events`: the table adverse_events.
    """
    related = safety.related(events[events["events"] > 0])
    terms = safety.how_often(related)
    several, single = terms[terms > 1], list(terms.index[terms == 1])
    listed = [f"{term} ({words.in_words(int(count))})" for term, count in several.items()]
    last_days = related["window_days"].str.split("-").str[1].astype(int)
    return {
        "events": words.in_words(int(events["events"].sum())),
        "related": words.in_words(int(related["events"].sum())),
        "grades": ", ".join(safety.graded(related)),
        "which": f"{words.listed(listed + single)}{' (one each)' if len(single) > 1 else ''}",
        "weeks": words.in_words(-(-int(last_days.max()) // 7)),
        "serious": words.in_words(int(related.loc[related["serious"], "events"].sum())).replace("no", "none"),
        "infections": words.in_words(int(events.loc[events["group"] == "infection", "events"].sum())),
    }


def answered(key, cite, subject="This"):
    """An answer to a question that the article may hold: what the sheet says, or where to look for it.

    >>> answered("two_dlts_first_three", None).split(" ([")[0]
    'This is not in what we read; look in the protocol'
    """
    if answers.is_read(key):
        return answers.sentence(key, subject if subject != "This" else "The answer", cite=cite)
    place = answers.unread().set_index("key").loc[key, "probably_in"].removeprefix("probably ")
    return f"{subject} is {answers.said(key)}; look in {place} ([open to all]({answers.ARTICLE}))."


def left_open(lowest, highest):
    """What untreated people leave open of a number of people, as the end of a sentence; "" where a limit is beyond what is worked out.

    >>> left_open(30, 303), left_open(30, float("nan"))
    ('; what is known of untreated people leaves room for 30 to 303', '')
    """
    if pd.isna(lowest) or pd.isna(highest):
        return ""
    return f"; what is known of untreated people leaves room for {words.between(lowest, highest, words.number)}"


def over_the_share(results, effect):
    """The sizes of the next trial over the range of the share prevented, which another drug's trial leaves open, as a sentence.

    `results`: indexed by name, with lower and upper, those of the chapter on the next trial among them; `effect`: the share
    assumed. "" where that lies outside the range, or where no trial would be large enough.
    """
    found = results.reindex([f"assumptions.range__{name}__effect" for name in SIZES])[["lower", "upper"]]
    least, most = (assumptions.ranges()[end]["effect"] for end in ("low", "high"))
    if not least < effect < most or found.isna().any(axis=None):
        return ""
    people = words.between(found["lower"].min(), found["upper"].max(), words.number)
    return f"Another drug may have prevented {words.between(least, most)}; such shares take about {people} each."


def counts_most(results):
    """The assumption that the sizes of the next trial hang on most, for a sentence on what cells prevent.

    `results`: indexed by name, with value, those of the chapter on the next trial among them.
    """
    shares = results["value"].filter(regex=f"^assumptions.total__({'|'.join(SIZES)})__")
    most = shares.groupby(shares.index.str.rpartition("__").get_level_values(2)).sum().idxmax()
    return "how much they prevent" if most == "effect" else f"the {assumptions.ranges().in_words[most]}"


def hundred_trials(one_in, people):
    """A hundred imagined trials for an assumed rate "1 in so many": columns one_in, trial (1..100), harmed, people."""
    counts = intervals.hundred_trials(1 / one_in, people)
    harmed = [number for number, trials in enumerate(counts) for _ in range(trials)]
    return pd.DataFrame({"one_in": one_in, "trial": range(1, 101), "harmed": harmed, "people": people})


def none_among(one_ins, people):
    """What the tiles show: one_in (assumed), and how many trials of 100 see none, one, or more harmed."""
    counts = [intervals.hundred_trials(1 / one_in, people) for one_in in one_ins]
    rows = [(one_in, none, one, sum(more)) for one_in, (none, one, *more) in zip(one_ins, counts, strict=True)]
    return pd.DataFrame(rows, columns=["one_in", "none", "one", "more"])


def trials_to_run(one_ins, people, shown):
    """What a browser needs to run imagined trials: rates "1 in so many", each with its hundred, and small numbers in words.

    >>> trials_to_run([10], 12, 10)["rates"][0]["hundred"][:3]
    [28, 38, 23]
    """
    hundreds = [intervals.hundred_trials(1 / one_in, people).tolist() for one_in in one_ins]
    rates = [
        {"one_in": one_in, "said": words.in_words(one_in), "hundred": hundred}
        for one_in, hundred in zip(one_ins, hundreds, strict=True)
    ]
    return {"people": people, "rates": rates, "shown": shown, "named": [*map(words.in_words, range(people + 1))]}


def numbers_to_type(people, harmed, confidence):
    """What a browser needs to work out limits for typed numbers, at first of these; `exclude`: how many without harm rule a rate out.

    >>> numbers_to_type(12, 0, 0.95)["exclude"][1]
    {'rate': 0.05, 'said': '1 in 20', 'people': 72}
    """
    exclude = [
        {"rate": rate, "said": words.one_in(rate), "people": intervals.people_to_exclude(rate, confidence, "two")}
        for rate in (0.1, 0.05, 0.01, 0.001, 0.0001)
    ]
    typed = {"people": people, "harmed": harmed, "confidence": confidence, "level": words.level(confidence)}
    return typed | {"most": 500, "exclude": exclude}


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


RECORDED = ["safety.related_serious", "safety.any_serious"]
RECORDED += ["imaging.new_lesions", "imaging.expected_new_lesion_poisson"]


def _elsewhere(comparison, progression, sisters):
    # Other people with a serious event, who got worse, who had serious harm put down to cells.
    got_worse = (progression["unit"] == "percent") & progression["outcome"].str.contains("progress", case=False)
    like = (sisters["endpoint_class"] == "related_serious") & sisters["disease"].str.contains("MS")
    return comparison[comparison["trial"] != "STEMS"], progression[got_worse], sisters[like]


def empty_column(comparison, progression, sisters, behind, results, people, dispersion_k):
    """Six outcomes as words: outcome, seen (of the twelve), elsewhere (other people, scaled to twelve), source (of those), read.

    `behind`: the tables that the last column rests on where it gives no count of its own, by outcome.
    Only what counts the same thing in the same illness is added up: people with serious related harm in trials in MS.
    """
    others, worse, like = _elsewhere(comparison, progression, sisters)
    related, serious, lesions, untreated = results.value[RECORDED]
    harmed = f"{words.whole(like['events_people'].sum())} of {words.whole(like['people_followed'].sum())}"
    serious_elsewhere = _per_twelve(others["people_with"] / others["people"])
    untreated_here = f"{lesions_expected(untreated, 12, dispersion_k)} of 12 if a borrowed rate holds (assumed)"
    worse_elsewhere = f"{_per_twelve(worse['value'] / 100)} on placebo got worse, in other trials"
    less, up = f"less at the highest dose; {_number('volume_by_person')}", f"up; {_number('molecules')}"
    rows = [
        ("Serious harm put down to the cells", _of(related, people), f"{harmed} in {_trials(len(like))}", like),
        ("Any serious event in about two years", _of(serious, people), f"{serious_elsewhere} in other trials", others),
        (
            "New spots on brain scans",
            f"half: {_of(lesions, people)} if all were scanned",
            untreated_here,
            behind["spots"],
        ),
        ("Brain shrinkage", less, "everyone’s brain shrinks, faster in MS", behind["shrinkage"]),
        ("Walking, hands, daily life", answers.said("disability"), worse_elsewhere, worse),
        ("Helpful molecules in the fluid", up, "some rose, some fell in other trials", behind["molecules"]),
    ]
    table = pd.DataFrame(rows, columns=["outcome", "seen", "elsewhere", "source"])
    table["source"] = ["; ".join(dict.fromkeys(frame["source"])) for frame in table["source"]]
    return table.assign(read=table["seen"] != words.NOT_READ)


EMPTY_COLUMN = {
    "What was looked at": "outcome",
    "Twelve who got cells, drugs and a needle": "seen",
    "People like them who did not": ("outcome", lambda _: "nobody was studied"),
    "Elsewhere, other people": "elsewhere",
    "Source": "source",
}


def _of(share, people):
    return f"{words.whole(share * people)} of {people}"


def _trials(many):
    return "one other trial in MS" if many == 1 else f"{words.in_words(many)} other trials in MS"


def _number(key):
    return answers.said(key) if answers.is_read(key) else "no number read"


def count_is_usual(seen_share, untreated_share, people):
    """Whether so many people with a new lesion are within what 95 of 100 untreated groups of this size would show.

    >>> count_is_usual(0.5, 0.6, 12), count_is_usual(0.5, 0.99, 12)
    (True, False)
    """
    chances = intervals.count_distribution(untreated_share, people)
    seen = words.whole(seen_share * people)
    return bool(min(chances[: seen + 1].sum(), chances[seen:].sum()) >= 0.025)
