"""What chapter 07 says of a trial that is told by its counts."""

from trial import load, words
from trial.methods import intervals
from trial.own_trial import comparisons, count_tables, dose_rules
from trial.own_trial.counts_file import READINGS
from trial.own_trial.trial_data import escaped, paragraph

MOST_SAID = 4  # outcomes that the short answer names
ANY = "\0"  # stands for the names of claims of which the same is said
UNEVEN = 3  # how many times the narrowest spread the widest may be before it is said
LUCK = (
    "By luck alone: how often the one group has the {} mean, if dose does nothing, people are alike and no two means are equal. "
    "Least p: what a permutation or rank test of the two groups can reach at best; two-sided it is twice the smaller tail. "
    "A t test, which trusts in a bell curve, can go lower."
)
REAL = "People on a bell curve; true direction: that in which the means differ; test: t, two-sided, in that direction."
CURVES = "The rates are assumed, those of chapter 01, drawn out over the doses of this trial; everything else is exact."
EVENTS = "Exact Poisson interval, two-sided; everyone is taken to be followed to the end, and events to come one by one, which is seldom quite true."
ELSEWHERE = "At a constant rate over the same weeks; in brackets by the exact limits of the rate elsewhere. Other people, seen by other eyes."


def title(trial):
    """The name of the trial, for captions and headings."""
    return escaped(trial.title)


def short_title(trial):
    """The name up to its first comma, for captions."""
    return title(trial).partition(",")[0].strip() or title(trial)


def split_sources(trial):
    """The sources that are keys of references.bib, and the others, as they were written."""
    known = set(load.source_keys())
    named = [*trial.sources, *(part.source for part in (*trial.outcomes, *trial.claims) if part.source)]
    named += [
        known_rate.source for known_rate in (one.compare for one in trial.outcomes) if known_rate and known_rate.source
    ]
    named += [claim.borrowed.source for claim in trial.claims if claim.borrowed and claim.borrowed.source]
    named = list(dict.fromkeys(named))
    return [name for name in named if name in known], [escaped(name) for name in named if name not in known]


def rule(trial):
    """The rule as a phrase."""
    if trial.rule in READINGS:
        return f"a 3+3 rule, reading {READINGS[trial.rule]}: {dose_rules.READING_SAID[READINGS[trial.rule]]}"
    if trial.rule == "limits":
        several = words.things(len(trial.limits), "limit")
        return f"{several} on how many people may be harmed"
    return {"BOIN": "BOIN", "CRM": "the CRM", "fixed groups": "to treat fixed groups", None: "not read"}[trial.rule]


def whose_rule(trial):
    """Whose rule it is, for captions: that of the trial, or where files hold none the one taken for it."""
    return f"a 3+3 rule, reading {READINGS[trial.rule]}," if trial.files else f"the rule of {short_title(trial)}"


def _people(count):
    return words.things(count, "person", "people")


def _one_of_the_doses(trial):
    # Nobody had all of them.
    return "one of " * (len(trial.doses) > 1) + words.things(len(trial.doses), "dose")


def treated_sentence(trial):
    """Who was treated, as a sentence."""
    doses = _one_of_the_doses(trial)
    each = [
        f"{words.in_words(one.people) if one.people else 'not read how many'} at {escaped(count_tables.dose_label(one))}"
        for one in trial.doses
    ]
    if trial.people is None:
        return f"People had {doses}: {words.listed(each)}."
    given = f": {words.listed(each)}" if len(each) > 1 else f", {escaped(count_tables.dose_label(trial.doses[0]))}"
    differs = trial.planned_in_all not in (None, trial.people)
    planned = f" Planned were {words.number(trial.planned_in_all)}." if differs else ""
    return f"{words.sentence(_people(trial.people))} had {doses}{given}.{planned}"


@paragraph
def lede(trial, found):
    """What is particular to the trial, a sentence each: people and doses, what nobody had, which dose is said to be better and how
    much is known of that, the rule."""
    everyone = count_tables.totals(found).people_with
    many, none = len(everyone), int((everyone == 0).sum())
    harm = f"of {words.things(many, 'outcome')} counted in all of them {words.in_words(none)} {'was' if none == 1 else 'were'} seen in nobody"
    if none in (0, many):
        what = "the one outcome" if many == 1 else f"each of {words.things(many, 'outcome')}"
        harm = f"{what} counted in all of them was seen in {'nobody' if none else 'somebody'}"
    harm = harm if many else "nothing was counted in all of them"
    whom = words.sentence(_people(trial.people)) if trial.people else "Some people, of whom it was not read how many,"
    yield f"{whom} had {_one_of_the_doses(trial)}; {harm}."
    claimed = [claim for claim in trial.claims if claim.better_in]
    if claimed:
        better = dict.fromkeys(count_tables.the_dose(escaped(claim.better_in)) for claim in claimed)
        who_is = f"{words.sentence(words.listed(better))} {'is' if len(better) == 1 else 'are'}"
        spread = any(sd is not None for claim in claimed for sd in claim.sd)
        known = f"means were read, {'and' if spread else 'but not'} how much people differ"
        known = known if any(claim.mean for claim in claimed) else "by how much was not read"
        yield f"{who_is} said to have done better in {words.things(len(claimed), 'measure')}; {known}."
    yield f"The rule for the dose was {rule(trial).partition(':')[0]}."


# --- the short answer -------------------------------------------------------------------------------------------------


def answer(trial, found, claimed, confidence):
    """The short answer: who, what was counted with its limits, what the rule could not see, what luck says, what none of it means."""
    lines = [
        f"These are the counts of another trial, {title(trial)}, and not of STEMS, the trial of the other chapters.",
        treated_sentence(trial),
    ]
    harm = [outcome_sentence(row, confidence) for row in count_tables.totals(found).head(MOST_SAID).itertuples()]
    more = len(count_tables.totals(found)) - MOST_SAID
    harm += [_more(more, "more outcome")] * (more > 0)
    harm += filter(None, (part_sentence(found[found.place == place], one) for place, one in enumerate(trial.outcomes)))
    harm = harm or ["No number of people with an event was read, so nothing is said about harm."]
    rest = (
        [passing_sentence(trial)]
        if trial.rule
        else ["The rule by which the dose was raised was not read, so nothing is said of what it lets through."]
    )
    rest += [short_claim(trial, row) for row in claimed.head(MOST_SAID).itertuples()] if trial.claims else []
    rest += [_more(len(claimed) - MOST_SAID, "more claim")] * (len(claimed) > MOST_SAID)
    last = ["As far as was read, nobody was dealt to a dose by chance, and nobody like these people went without."]
    last += ["So what was seen is what was seen in them; what the treatment did, such counts cannot tell."]
    return "\n\n".join("\n".join(part) for part in (lines, harm, rest, last) if part)


def _more(count, what):
    return f"{words.sentence(words.things(count, what))} {'stands' if count == 1 else 'stand'} below."


def _within(weeks):
    return f" within {count_tables.weeks_label(weeks)}" if weeks and weeks == weeks else ""


def outcome_sentence(row, confidence):
    """One outcome in all people as a sentence, with what it leaves open."""
    when = _within(row.weeks)
    exact = intervals.clopper_pearson(row.people_with, row.people, confidence)
    some = words.count_of(row.people_with, row.people)
    return f"“{words.sentence(escaped(row.outcome))}” was counted in {some} {'person' if row.people == 1 else 'people'}{when}; that leaves open {words.limits(exact)}."


def part_sentence(rows, outcome):
    """An outcome of which it is not known how many of all people had it, as a sentence; "" where nothing is, or all.

    rows: those of `count_tables.outcomes` that are of it.
    """
    name, when = f"“{words.sentence(escaped(outcome.name))}” was counted in", _within(outcome.weeks)
    if rows.everyone.any():
        return ""
    if len(rows):
        at = [
            f"{words.count_of(row.people_with, row.people)} at {count_tables.the_dose(escaped(row.dose))}"
            for row in rows.itertuples()
        ]
        return f"{name} {words.listed(at)}{when}; of all people together it was not read."
    if outcome.in_all is not None:
        return f"{name} {_people(outcome.in_all)}{when}; of how many was not read, so no share of people is worked out."
    if outcome.events is None:
        return ""
    return f"Of “{escaped(outcome.name)}” {words.things(outcome.events, 'event')} {'was' if outcome.events == 1 else 'were'} counted; in how many people was not read, so no share of people is worked out."


def short_claim(trial, row):
    """One claim as a sentence: what luck gives."""
    if trial.files:
        return _moved_apart(trial, row)
    than = f"than {escaped(row.against)}" if row.against_read else "(than whom was not read; taken: all others)"
    claim = f"“{words.sentence(escaped(row.name))}” is said to have been better at {count_tables.the_dose(escaped(row.better))} {than}"
    if row.others == 0:
        return f"{claim}: of a measure that only wavers, luck says so {words.in_hundred(row.luck)} times."
    best = (
        f", and makes it the best of {words.in_words(len(trial.groups))} {words.in_hundred(row.best)} times"
        if row.best == row.best
        else ""
    )
    return f"{claim}: luck alone puts one group before the other {words.in_hundred(row.luck)} times{best}{_least(row)}."


def _least(row):
    if not row.least_one >= 0.0001:  # not known, or too small to stand in the way
        return ""
    return f"; no permutation or rank test of such groups can give a p below {words.probability(row.least_one)} (one-sided)"


def _moved(change, beside):
    """The way a mean change went, and how far; "stayed level" where it is dust beside the other one."""
    if abs(change) <= 1e-6 * abs(beside):
        return "stayed level", ""
    return "rose" if change > 0 else "fell", comparisons.three_digits(abs(change))


def _moved_apart(trial, row):
    """Which way the dose and the others moved, where nobody said which way is better, and what luck gives."""
    what, times = "dose" if trial.dosed else "group", f"{words.in_hundred(row.luck)} times"
    where = f"at {count_tables.the_dose(escaped(row.better))}" if trial.dosed else f"in the group {escaped(row.better)}"
    (way, far), (their_way, their_far) = _moved(row.here, row.there), _moved(row.there, row.here)
    if far and their_far:
        far, their_far = comparisons.side_by_side(abs(row.here), abs(row.there))
    claim = f"“{words.sentence(escaped(row.name))}” of {title(trial)} {f'{way} {far}'.strip()} {where}"
    if row.others == 0:
        return f"{claim}: of a measure that only wavers, luck moves it that way {times}."
    them = "all others" if row.against.startswith("all others (") else escaped(row.against)
    them = f"the group {them}" if row.against in trial.groups else them
    whom = them if row.against in trial.groups else "the mean of the others"
    if row.gap == 0:
        return f"{claim} as in {them}, so there is no difference to explain."
    theirs = their_far if way == their_way and far else f"{their_way} {their_far}".strip()
    lucky = f"luck alone puts that {what} {'above' if row.gap > 0 else 'below'} {whom} {times}"
    if row.best == row.best:
        lucky += f", and {'high' if row.gap > 0 else 'low'}est of all {words.in_words(len(trial.groups))} {words.in_hundred(row.best)} times"
    return f"{claim} and {theirs} in {them}{_beyond(row, way)}: {lucky}{_least(row)}."


def _beyond(row, way):
    """Which group went further than the dose to its side, where one did."""
    if row.furthest in ("", row.better):
        return ""
    its_way, far = _moved(row.end, row.here)
    at = count_tables.the_dose(escaped(row.furthest))
    if its_way == way and far:
        return f" ({'most' if (row.gap > 0) == (way == 'rose') else 'least'} at {at})"
    return f" (at {at} it {f'{its_way} {far}'.strip()})"


# --- sections ---------------------------------------------------------------------------------------------------------


def counted_said(trial, found, elsewhere, confidence):
    """What the counts say, and what they do not."""
    known = "What so few people leave open stands beside the count."
    none = "Of no outcome was it read how many people had it, and of how many."
    return "\n".join(_counted_said(trial, found, elsewhere, confidence)) or (known if len(found) else none)


def _counted_said(trial, found, elsewhere, confidence):
    everyone = count_tables.totals(found)
    if trial.people and not everyone.people_with.all():
        limit = intervals.clopper_pearson(0, trial.people, confidence, sides="upper")
        yield f"None seen is not none possible: none of {words.number(trial.people)} leaves open {words.limits(limit)} of people like them."
    if (everyone.people_with == everyone.people).any():
        limit = intervals.clopper_pearson(trial.people, trial.people, confidence, sides="lower")
        yield f"Where everybody had it, in other people it may still be rarer: {words.limits(limit)}."
    if len(trial.doses) > 1 and len(found) > len(everyone):
        yield "A difference between doses in this table is exploratory and uncontrolled: who had which dose was not dealt by chance, as far as was read."
    if len(everyone) > 1:
        yield f"{words.sentence(words.things(len(everyone), 'outcome'))} are looked at here, each by itself; people with one may be the people with another."
    yield from (f"\n{said}" for said in expected_said(elsewhere))  # a paragraph each


def expected_said(table):
    """What was seen beside what a rate from elsewhere would have given, a sentence each."""
    for row in table.itertuples():
        fits = "which luck would seldom give if the people were alike, even at the limits of that rate"
        if row.few_within > 0.05 and row.many_within > 0.05:
            fits = (
                f"but that rate is known from {_people(row.of_people)} only, and at its limits luck could give it too"
            )
        if row.p_as_few > 0.05 and row.p_as_many > 0.05:
            fits = "so the two cannot be told apart"
        yield (
            f"At the rate of {escaped(row.of)}, “{escaped(row.outcome)}” would be expected in {words.one_decimal(row.expected)} of {_people(row.people)}; "
            f"luck gives as few as were seen {words.in_hundred(row.p_as_few)} times and as many {words.in_hundred(row.p_as_many)} times, {fits}."
        )


def passing_sentence(trial):
    """What a dose that passes may still hold, as a sentence."""
    first = f"The rule was {rule(trial)}."
    if trial.files:
        first = f"The files hold no rule for raising the dose. We take {rule(trial)}."
    if trial.rule == "fixed groups":
        first = "The groups were fixed, without a rule that could stop them."
    table = dose_rules.passing(trial).head(1 if trial.rule in READINGS else None)
    if table.empty:
        return f"{first} What it lets through stands below, as far as it can be worked out."
    known = table[table.seldom.notna()]
    if known.empty:
        return f"{first} Groups so small cannot break it, whatever the harm."
    worst = known.loc[known.seldom.idxmax()]
    whom = "a dose" if table.seldom.nunique() == 1 else count_tables.the_dose(escaped(worst.dose))
    whom = "all doses together" if worst.dose == dose_rules.TOGETHER else whom
    passes = "would show nobody harmed" if trial.rule == "fixed groups" else "would pass"
    if trial.rule == "BOIN" and worst.dose != trial.names[-1]:
        passes = "would be left upwards"
    return (
        f"{first} {'So' if trial.rule == 'fixed groups' else 'By it'} {whom} {passes} half the time where harm truly strikes {words.in_hundred(worst.half)} people, "
        f"and one time in twenty where it strikes {words.in_hundred(worst.seldom)}."
    )


@paragraph
def rule_said(trial, found):
    """What the rule lets through, over the assumed rates; what joint limits mean."""
    if found is None:
        most = words.number(dose_rules.MOST_IN_A_MODEL)
        why = "how many people each dose was planned for, or had, was not read"
        if trial.rule in ("BOIN", "CRM"):
            why = f"for more than {most} people, or where the number is not known, not every course is followed"
        elif not dose_rules.limit_counts(trial):
            why = "how many people it lets pass was not read"
        yield f"The rule was {rule(trial)}; what it lets through is not worked out: {why}."
        return
    if trial.rule in READINGS:
        low, high = found.p_top_dose_passed.min(), found.p_top_dose_passed.max()
        yield f"How often the highest dose passes goes from {words.in_hundred(low)} to {words.in_hundred(high)} times over these assumed rates."
        yield "Passing it means that the limit was not reached; it does not say that there is none."
        if strange := [] if trial.files else dose_rules.unusual_groups(trial):
            sizes = " or ".join(map(words.in_words, sorted({dose.people for dose in strange})))
            yield f"Such a rule has no group of {sizes}, so another was followed, or this one not to the letter."
    elif trial.rule in ("BOIN", "CRM"):
        yield f"{words.sentence(rule(trial))} aims at harm in {words.percent(trial.target or dose_rules.TARGET)} of people{'' if trial.target else ' (assumed)'}, in groups of {words.in_words(trial.group_size or dose_rules.GROUP)}{'' if trial.group_size else ' (assumed)'}."
        if trial.rule == "BOIN":
            up, down = dose_rules.boundaries(trial)
            yield f"It goes up while at most {words.percent(up, 1)} of the people at a dose are harmed, and down from {words.percent(down, 1)} on."
    else:
        does = "nobody at all would be harmed" if trial.rule == "fixed groups" else "it lets every dose through"
        yield f"How often {does} goes from {words.in_hundred(found.p_low.min())} to {words.in_hundred(found.p_high.max())} times over these assumed rates."
        if sum(dose_rules.limit_counts(trial).values()) > 1:
            yield "Each limit is exact, at one such rate for the harm it counts; how the harms go together is not known, so for all limits at once there are only bounds."
    if trial.rule not in READINGS:
        known = trial.planned or (trial.planned_in_all and trial.rule in ("BOIN", "CRM"))
        basis = "planned" if known else "treated, since how many were planned for each was not read"
        apart = known and None not in trial.sizes and list(trial.planned) != trial.sizes and trial.rule != "CRM"
        yield f"The sizes are those {basis}{'; what may pass all the same is told for those treated' if apart else ''}."


def claims_said(trial, claimed, alpha):
    """Each claim at length; those of which the same is said, together."""
    alike = {}
    for row in claimed.itertuples():
        alike.setdefault("\n".join(_claim_said(trial, row, alpha)), []).append(f"“{escaped(row.name)}”")
    paragraphs = [text.replace(ANY, words.listed(dict.fromkeys(names))) for text, names in alike.items() if text]
    if len(claimed) > 1 and not trial.files:
        paragraphs.append(
            f"{words.sentence(words.things(len(claimed), 'claim'))} are looked at here, each by itself; the more there are, the more luck alone bears out."
        )
    return "\n\n".join(paragraphs)


def _claim_said(trial, row, alpha):
    """The sentences on one claim, with ANY for its name; a name that is told of a number stands in them itself."""
    name = f"“{escaped(row.name)}”"
    unit = f" {escaped(row.unit)}" if row.unit else ""
    if row.said:
        yield f"Of {name} the source says: {escaped(row.said)}."
    if row.others == 0:
        yield "People often enter a trial at a bad moment, and then get better by themselves; nobody untreated shows how much of it that is."
    elif row.least_one != row.least_one:
        yield f"For {ANY} it was not read how many people were measured on both sides, so no test of them is worked out."
    elif row.least_two > alpha:
        yield f"Two-sided, no permutation or rank test can give a p of {words.plain(alpha)} or less for {ANY}: the least is {words.probability(row.least_two)}."
    if row.gap != row.gap:
        return
    apart = f"The printed means of {name} are {f'{comparisons.three_digits(abs(row.gap))} {escaped(comparisons.of_difference(row.unit))}'.rstrip()} apart"
    if row.others == 0:
        apart = f"The printed mean change of {name} is {comparisons.three_digits(row.gap)}{unit}"
    if row.p_value == row.p_value:
        yield f"{apart}: {words.number(row.errors, 1)} standard errors, p {'' if row.p_value < 0.0001 else '= '}{words.probability(row.p_value)} (t test, two-sided; where no spread was read, people are assumed to differ as much)."
        if row.uneven >= UNEVEN:
            yield f"The widest printed spread is {words.number(row.uneven)} times the narrowest, and this test takes them for one."
        if row.p_value <= alpha:
            yield "A small p tells against luck alone; who was chosen for which dose, when, and who judged them, it does not rule out."
    elif not trial.files:
        unread = (
            "the people behind the printed spread were not read"
            if row.uneven == row.uneven
            else "no spread of this trial was read"
        )
        yield f"{apart}, and {unread}: how far luck would go is not worked out from them."


@paragraph
def effects_said(trial, table, alpha):
    """What a real effect would have shown."""
    inside = f" of {title(trial)}" if trial.files else ""
    for row in table[table.effect == 1].itertuples():
        found = (
            "no test is possible"
            if row.p_found != row.p_found
            else f"a t test would find it (two-sided {words.plain(alpha)}) {words.in_hundred(row.p_found)} times"
        )
        many = _people(row.people) + (f" against {words.in_words(row.others)}" if row.others else "") + inside
        yield f"Were there a true difference as large as the spread between people, {many} would show which way it goes {words.in_hundred(row.p_better)} times, and {found}."


@paragraph
def next_said(trial, table, alpha, power, confidence):
    """From which spread the sizes come, and what may rest on them."""
    yield f"Two arms, dealt by chance; two-sided {words.plain(alpha)}, {words.level(power)} power, nobody lost (t test)."
    each = table.drop_duplicates("outcome")
    for of, rows in each[each.of != ""].groupby("of", sort=False):
        whose = "" if len(rows) == len(each) else f" of {words.listed(map(_quoted, rows.outcome))}"
        yield f"The spread{whose} is {escaped(of)}."
    if each.low.notna().any():
        least, most = (words.number(end) for end in (each.freedom.min(), each.freedom.max()))
        freedom = f"degrees of freedom: {least}" + (f" to {most}" if most != least else "")
        yield f"Its limits: chi-square, two-sided {words.level(confidence)}; {freedom}."
    printed = table[table.looked_for == "as large as printed here"]
    if printed.apart_low.isna().any():
        yield "How far off the printed difference may be is not known."
    if unknown := list(map(_quoted, each.outcome[each.of == ""])):
        none = f"is known in {title(trial)}" if trial.files else "was read, here or elsewhere"
        yield f"For {words.listed(unknown)} no spread between people {none}, so the difference is told in units of it."
    if trial.files and table.apart.notna().any():
        yield "What was seen in so few is no guide to the true difference, and no size can rest on it: plan for the smallest that would matter to people."
    if len(printed):
        yield "So no size can rest on what was printed, and a difference that made the news is more often too large than too small: half of it is a safer plan, the smallest worth finding the safest."


def _quoted(outcome):
    return f"“{escaped(outcome)}”"


def exclude_said(trial, confidence):
    """How many people it takes to exclude harm, beside those there were."""
    rate = count_tables.RATES[1]
    needed = intervals.people_to_exclude(rate, confidence)
    who_had = title(trial) if trial.files else "this trial"
    had_ = f" {words.sentence(who_had)} had {words.number(trial.people)}." if trial.people else ""
    return f"To exclude harm that strikes {words.one_in(rate)}, {words.number(needed)} people must go without it (one-sided {words.level(confidence)}); a single one with it, and more are needed.{had_}"


def luck_note(trial, confidence):
    """What the table of luck means."""
    note = LUCK.format("higher (or the lower)" if trial.files else "better")
    if trial.files and len(trial.groups) > 2:
        note += " Outermost: the highest or the lowest mean of all, on the side where the dose lies."
    if any(claim.mean for claim in trial.claims):
        note += f" Limits: pooled t, two-sided {words.level(confidence)}, where a spread of this trial is known."
    return note


def not_read_list(trial):
    """What was not read, as a list in Markdown."""
    gaps = [f"- {words.sentence(escaped(gap))}." for gap in dict.fromkeys(count_tables.not_read(trial))]
    return "\n".join(gaps) or "Nothing that is used here was left out."


def sources_said(links, others):
    """Where the counts come from: links to the references, and what was written in place of a key."""
    named = [*links, *others]
    return f"What is told here was read in {words.listed(named)}." if named else "The file names no source."
