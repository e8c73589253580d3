# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: kernelspec,jupytext,-jupytext.text_representation.jupytext_version
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Was anyone harmed?
#
# The paper's own table lists every adverse event of the trial; this chapter counts them, and then asks what such counts can promise.

# %% tags=["parameters"]
confidence: float = 0.95  # coverage of every interval, share; the habit of the field
seed: int = 2023  # whole number; seed of the simulated panels
alpha: float = 0.05  # level named for the trend test, share; the same habit

# %%
from reporting import page
from trial import load, safety, summary, words
from trial.charts import safety as draw
from trial.charts import summary as draw_summary
from trial.methods import clustering, exact_tests, intervals, pooling, simulate

# %%
events = load.table("adverse_events")
outcomes = load.table("safety_outcomes").set_index("outcome")
related, serious = outcomes.loc["related_serious"], outcomes.loc["any_serious"]
people, weeks, cohort_sizes = int(related.people), int(related.window_weeks), load.table("cohorts").people_treated.tolist()

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
none = intervals.clopper_pearson(related.people_with, people, confidence)
unseen = intervals.probability_none(0.1, people)
page.say(f"""
{words.sentence(words.count_of(related.people_with, people))} people had a serious problem that the trial's doctors put down to the cells, within {weeks} weeks {page.cite("genchi2023")}.
That is a count, not a promise: harm that strikes about {words.one_in(none.upper)} people would still fit it ({words.percent(confidence)} interval, exact, two-sided).

If such harm struck one person in ten, {words.in_hundred(unseen)} trials of this size would see none.
One person had a serious event of another kind, an MS relapse, judged not related, in an open trial in which what was given was not hidden.
What was tested was cells, anti-rejection drugs and a lumbar puncture together, so no count here belongs to the cells alone.
""")

# %%
limit = intervals.clopper_pearson(related.people_with, people, confidence, sides="upper")
one = intervals.clopper_pearson(serious.people_with, people, confidence)
page.record("safety.related_serious", none.estimate, none.lower, none.upper, "share of people", "Clopper-Pearson, two-sided")
page.record("safety.related_serious_upper_one_sided", limit.upper, unit="share of people", method="Clopper-Pearson, one-sided")
page.record("safety.any_serious", one.estimate, one.lower, one.upper, "share of people", "Clopper-Pearson, two-sided")

# %% [markdown]
# ## Events are not people
#
# A table of adverse events counts happenings, and one person can have many of them.
# We read no count of people for any event, so that row stays open below.

# %% tags=["prose"]
page.table(safety.events_overview(events), "Adverse events by dose and in all.", columns=safety.OVERVIEW, name="overview", kinds="reported",
           note="Counting rule: each event once, for cells given at any time before it; people with an event are not in what we read.",
           sources=["genchi2023"], layout="scroll")
total = int(events.events.sum())
by_dose = events.groupby("cohort").events.sum()
page.say(f"""
The table holds {total} events in {people} people: {words.listed(by_dose)} in doses A to D.
It cannot say whether they fell on many people or on few, and what follows never treats them as people.
""")

# %%
related_events = safety.related(events)
page.record("safety.events_total", total, unit="events", method="count")
page.record("safety.events_related", int(related_events.events.sum()), unit="events", method="count; definitely, probably or possibly")
page.record_table(safety.event_results(by_dose))

# %% [markdown]
# ## Everything put down to the cells came early
#
# The doctors of the trial judged for each event how likely the cells were its cause; the next picture shows that judgement beside the time and the dose.

# %%
page.chart(draw.forty_four_events, events, "Every adverse event of the trial: when, at which dose, and how judged.",
           name="events", kinds="reported", sources=["genchi2023"],
           note="The groups of rows are ours. Infections stood against a background of anti-rejection drugs.",
           data=safety.events_by_term(events), columns=safety.BY_TERM)

# %%
page.table(safety.events_by_causality(events), "How the events were judged, by period.", columns=safety.BY_CAUSALITY, name="causality", kinds="reported", sources=["genchi2023"], layout="scroll")

# %% tags=["prose"]
early = events[events.window_days == "0-14"]
same = related_events.events.sum() == early.events.sum() == related_events[related_events.window_days == "0-14"].events.sum()
page.say(f"""
{"The events judged related and the events of the first two weeks are the very same ones" if same else "Most events judged related fell in the first two weeks"}: {int(early.events.sum())} of {total} ([Figure](#figure-events)).
So in this table the judgement cannot be told apart from the calendar: an event that came late was never put down to the cells, whatever it was.
That may be right, but it means that the table teaches little about harm that comes late.
""")

# %% [markdown]
# ## What the needle and the drugs explain
#
# Each person had cells, a needle and drugs at once, and most events are of kinds that the needle, the drugs or daily life can bring.
# The grouping below is our own judgement, made without knowing who had what.

# %%
attribution = load.table("attribution")
page.table(safety.causes(events, attribution), "What else could cause the events.", columns=safety.OTHER_CAUSES, name="causes", kinds="reported assumed",
           note="Counts are reported; the cause named is our judgement, one per term, not a finding of the trial: no drug is named in what we read, and drips or drugs may also lie behind phlebitis and gastritis.", sources=["genchi2023"])

# %% tags=["prose"]
infections = int(events[events.group == "infection"].events.sum())
headache = load.table("headache_after_puncture").query("outcome == 'any_headache'").set_index("needle").per_1000
headaches = int(events[events.term == "Headache"].events.sum())
page.say(f"""
{infections} of the {total} events were infections, in people on drugs that hold down the body's defences; in how many people, we did not read.
Headache was reported {words.things(headaches, "time")}; a lumbar puncture alone gives a headache to about {words.number(headache.atraumatic)} people in {words.number(1000)} with a blunt-tipped needle and {words.number(headache.traumatic)} with a cutting one {page.cite("cochrane_pdph")}, which is {words.between(headache.atraumatic / 1000 * people, headache.traumatic / 1000 * people, words.significant)} among {people}; which needle was used we did not read.
Neither the needle nor the drugs nor the cells can be cleared or blamed from such a table.
""")

# %% [markdown]
# ## Severe, serious and related are different questions
#
# *Severe* says how strong an event is, on a scale of grades.
# *Serious* says what came of it, such as a hospital stay or a threat to life, whatever its strength.
# *Related* says what the doctors thought caused it, and here it means related to the cells, not to the needle or the drugs.

# %% tags=["prose"]
grades, criteria = load.table("severity_grades"), load.table("seriousness_criteria")
page.say(f"""
Severity has {words.in_words(len(grades))} grades, from {grades.name.iloc[0]} to {grades.name.iloc[-1]} {page.cite("ctcae_tab")}; seriousness is met by any one of {words.in_words(len(criteria))} outcomes {page.cite("sae_def")}.
A short, violent headache can be severe and not serious; a mild event that needs a night in hospital is serious and not severe.
The grades of the events of this trial are not in what we read.
""")

# %% [markdown]
# ## Sources disagree on serious events
#
# The texts we read do not say the same about serious events, and the difference matters to a reader of the news.

# %%
statements = load.table("serious_event_statements")
page.table(statements, "What three texts say about serious events.", columns=safety.STATEMENTS, name="statements", kinds="reported", source_column="Source")

# %% tags=["prose"]
page.say(f"""
The paper's table has {words.things(int(serious.people_with), "serious event")}: an MS relapse at dose B, judged not related to the cells {page.cite("genchi2023")}.
The news item says that none was reported {page.cite("seed_nmss2023")}; the abstract speaks of severe reactions related to the cells, which is another question.
What became of the person with the relapse is not in what we read.
""")

# %% [markdown]
# ## None seen is not none possible
#
# When nobody is harmed, the count alone sounds like an answer.
# A hundred imagined trials of the same size show how much it leaves open.

# %%
page.chart(draw_summary.hundred_trials, summary.hundred_trials([100, 50, 20, 10, 7, 5, 4], people), "A hundred imagined trials of twelve people each, at a true rate of harm.",
           name="hundred-trials", kinds="assumed derived", note="The rate is assumed, the shares follow exactly from it; no tile is a trial that took place.",
           data=summary.none_among([100, 50, 20, 10, 7, 5, 4], people), columns=summary.NONE_AMONG)

# %%
page.chart(draw.none_seen, safety.none_seen([cohort_sizes[0], people, 100], people, [0.05, 0.1, 0.2]), "The chance that nobody is harmed, for every true rate of harm.", name="none-seen", kinds="assumed derived",
           data=safety.chance_none([cohort_sizes[0], people, 100], [0.01, 0.02, 0.05, 0.1, 0.2, 0.25]), columns=safety.chance_none_columns([cohort_sizes[0], people, 100]))

# %%
sizes, levels = list(range(3, 61, 3)), [0.8, 0.85, 0.9, 0.95]
page.chart(draw.none_chosen, safety.chosen_sizes(sizes, levels, range(0, 51, 3)), "The same for another number of people and another confidence.", name="none-chosen", kinds="assumed derived",
           people=people if people in sizes else sizes[0], confidence=95, data=safety.largest_rates([*cohort_sizes[:1], people, sizes[-1]], levels), columns=safety.largest_rates_columns(levels))

# %% tags=["prose"]
limits = intervals.interval_table(related.people_with, people, confidence).query("sides == 'two'")
widest = intervals.largest_rate_compatible_with_none(people, confidence)
per_dose = intervals.largest_rate_compatible_with_none(cohort_sizes[0], confidence)
page.say(f"""
Rates up to {words.percent(none.upper)} fit none in {people} under the exact two-sided interval that this report uses throughout; asked one-sidedly the limit is {words.percent(widest)}.
At each single dose the count is none in {words.in_words(cohort_sizes[0])}, which still fits a rate of {words.percent(per_dose)} (one-sided).
By the other two-sided methods the limit lies between {words.percent(limits.upper.min())} and {words.percent(limits.upper.max())}: none of them makes the possible harm small ([Table](#table-methods)).
""")

# %%
shown = outcomes.loc[["related_serious", "any_serious"]]
page.table(safety.interval_methods(shown, confidence), "The same counts under every named interval.", columns=safety.interval_columns(shown),
           name="methods", kinds="derived", note="Limits below zero are cut for display. The rule of three is meant for larger groups and is listed because readers meet it.")

# %% tags=["prose"]
others = load.table("serious_event_comparison")
rates = (others.people_with / others.people).map(words.percent)
page.say(f"""
One of {people} people had any serious event, {rates.iloc[0]}; the exact interval runs from {words.between(one.lower, one.upper)}.
In other trials in progressive MS it was {rates.iloc[1]} ({words.count_of(others.people_with.iloc[1], others.people.iloc[1])}, placebo, {page.cite("mssmart2020", brackets=False)}) and {rates.iloc[2]} ({words.count_of(others.people_with.iloc[2], others.people.iloc[2])}, one arm, which one we did not read, {page.cite("msstat2014", brackets=False)}), over about as long.
Those are other people under other care, so the counts can stand side by side but not be subtracted.
""")

# %% [markdown]
# ## How many people it takes
#
# The only way to exclude a smaller harm is to watch more people.

# %%
page.chart(draw.rules_out, safety.rules_out(confidence, people), "People without an event, and the harm that is then still possible.", name="rules-out", kinds="derived", data=safety.people_to_exclude([0.25, 0.1, 0.05, 0.02, 0.01, 0.001], confidence), columns=safety.TO_EXCLUDE)

# %% tags=["prose"]
twenty, hundred = (intervals.people_to_exclude(rate, confidence) for rate in (0.05, 0.01))
page.say(f"""
To exclude a harm that strikes {words.one_in(0.05)}, {words.number(twenty)} people must stay free of it; for {words.one_in(0.01)} it takes {words.number(hundred)} ({words.percent(confidence)}, one-sided).
Twelve is enough to notice a frequent harm and too few for an infrequent one.
""")

# %%
page.record("safety.n_to_exclude_5pct", twenty, unit="people", method="smallest n with (1 - rate)^n <= 1 - confidence")
page.record("safety.n_to_exclude_1pct", hundred, unit="people", method="smallest n with (1 - rate)^n <= 1 - confidence")

# %% [markdown]
# ## Other cell trials are small too
#
# Other early trials of cells in the nervous system also report no serious harm put down to the cells.

# %% tags=["prose"]
sisters = safety.sister_harm(load.table("sister_trials"), confidence)
page.chart(draw.k_of_n, sisters, "Serious, severe or wider harm put down to the cells in other early trials, with exact limits.", name="sisters", kinds="reported derived",
           note="Each trial counted its own outcome, in its own people. SPMS: secondary progressive MS; ALS: amyotrophic lateral sclerosis; NCL: an inherited brain disease of children; MSC-NP: cells made from the own bone marrow.", columns=safety.SISTERS, source_column="Source")
page.say(f"""
In {words.in_words(len(sisters))} trials nobody was counted with such harm, and in none of them does the upper limit fall below {words.percent(sisters.upper.min())}.
They counted different things in different diseases, and trials that end well are published sooner, so the possible harm may be larger than they show.
""")

# %% tags=["prose"]
pooled = safety.pooled_harm(load.table("sister_trials"), related.people_with, people, confidence)
page.table(pooled, "This trial and the others together, and with each left out once.", columns=safety.POOLED, name="pooled", kinds="derived assumed",
           note="Upper limits, one-sided, at the confidence of this report. Rates differ from trial to trial as a beta distribution; how much (the likeness of people within a trial) is assumed: a beta distribution with parameters one and nineteen, or a flat one.")
page.table(safety.not_pooled(load.table("sister_trials")), "Which cell trials are left out of the sum, and why.", columns=safety.NOT_POOLED, name="not-pooled", kinds="derived", source_column="Source")
together = pooled.iloc[0]
page.say(f"""
Taken together, {words.count_of(together.people_with, together.people)} people in {words.in_words(int(together.trials))} trials had related harm, where a trial counted related serious events or more.
If the trials are much alike (assumed), the average rate is at most {words.percent(together.average_0)}; if any spread between them is as likely as any other (assumed), it may be {words.percent(together.average_1)}, and in another such trial almost anything ([Table](#table-pooled)).
With nobody harmed in any of them the counts cannot say which belief is right, so the sum promises little more than the belief that was put in.
""")

# %% [markdown]
# ## Fewer events at higher doses is not protection
#
# The counts fall from the low doses to the high ones, which invites a wrong conclusion.

# %%
page.chart(draw.events_by_dose, events, "Events by dose, in the first two weeks and after.", name="by-dose", kinds="reported", sources=["genchi2023"], data=safety.events_overview(events).head(3), columns=safety.OVERVIEW)

# %% tags=["prose"]
trend = clustering.rank_count_test(by_dose.tolist(), cohort_sizes, "lower", alpha)
by_window = safety.rates_by_window(events, people, confidence, 4)
early_rate, late_rate = by_window.rate.iloc[:2]
rate = intervals.poisson_exact(total, people * weeks * 7 / 365.25, confidence)
page.say(f"""
If every event fell at random and by itself, a slope this steep or steeper would come up {words.in_hundred(trend.p_value)} times (exact, one-sided; exploratory and uncontrolled), {"below" if trend.p_value < alpha else "not below"} the usual level of {words.percent(alpha)}.
But events do not come by themselves: one person with many colds moves the whole count, and we read no numbers of people from which that could be told.
The low doses were also given first, to people who were then watched through other seasons.
""")

# %% tags=["prose"]
bunching = safety.trend_by_bunching(by_dose.tolist(), cohort_sizes, [float("inf"), 8, 4, 2, 1, 0.5])
page.table(bunching, "The same fall, if people differ in how many events they have.", columns=safety.BUNCHING, name="bunching", kinds="derived assumed", layout="scroll",
           note="Exact, given the total: negative binomial with the weight named, an assumption. The two-sided value is twice the smaller tail.")
passing = clustering.weight_at_level(by_dose.tolist(), cohort_sizes, alpha)
ratio = 1 + total / people / passing if passing else None
page.say(f"""
{f"The one-sided p-value passes {words.plain(alpha)} at a weight of {words.significant(passing)} (assumed): as soon as events differ from person to person {words.number(ratio, 1)} times as much as chance alone would have it, the fall is not below that level" if passing else f"Over the weights tried the one-sided p-value does not cross {words.plain(alpha)}"} ([Table](#table-bunching)).
How much people differed cannot be estimated from these counts, because no count of people was read.
""")

# %% tags=["prose"]
page.table(by_window, "Events per person and year, early and late.", columns=safety.rates_columns(4), name="rates", kinds="derived assumed",
           note="Everyone is taken to have been followed to the end (assumed). The last column assumes that counts vary four times as much as independent events would; the data cannot say.")
page.say(f"""
One rate for the whole time does not fit: {words.significant(early_rate)} events per person and year in the first two weeks, {words.significant(late_rate)} after.
The average over all {weeks} weeks mixes the days after a needle and strong drugs with the ordinary days of two years, and describes neither.
""")

# %% [markdown]
# Whether the fall in the reported counts looks out of the ordinary can be tried by eye.
# In the simulated panels below the dose does nothing, and people differ in how many events they have.

# %%
lined_up = simulate.line_up(by_dose.to_dict(), cohort_sizes, 1.0, 12, seed)
page.chart(draw.line_up, lined_up, "The reported events by dose among simulated panels without a dose effect.", name="line-up", kinds="reported simulated assumed", data=lined_up.pivot(index="panel", columns="cohort", values="events").reset_index(), columns={"Panel": "panel"} | safety.DOSES,
           note=f"Simulated with seed {seed}: each person’s share of the events from a Dirichlet distribution with weight one (assumed), the total fixed at {total}.")

# %% tags=["prose"]
slopes = lined_up.drop_duplicates("panel").set_index("panel")
real = int(slopes[slopes.reported].index[0])
steeper = int((slopes.slope < slopes.slope[real]).sum())
page.fold("Which panel is the trial?", f"""
Panel {real} is the trial; {words.things(steeper, "simulated panel falls", "simulated panels fall")} more steeply, although the dose does nothing in them.
Someone who guesses is right in {words.one_in(1 / 12)} line-ups; someone who always names the steepest panel would find this trial in {words.in_hundred(clustering.chance_steepest(by_dose.tolist(), cohort_sizes, 1, 12))} such line-ups (exact, the same assumed weight).
""")

# %%
page.record("safety.p_rank_multinomial", trend.p_value, method="exact multinomial, sum of rank x count at least as low as seen, one-sided")
page.record("safety.events_per_person_year", rate.estimate, rate.lower, rate.upper, "events per person and year", "exact Poisson, two-sided; 12 people, 96 weeks each")

# %% [markdown]
# ## Harm that comes late
#
# Cells may stay, and what they do years later is a question of its own.

# %% tags=["prose"]
tumour = load.table("late_harm").iloc[0]
page.say(f"""
Two growths stand in this trial's table, one in a kidney and one in the bowel, both judged not related to the cells {page.cite("genchi2023")}; no brain tumour does.
Elsewhere a child with {tumour.disease} was given other fetal cells, into the brain as well as the spinal fluid, and a tumour grown from donor cells was found {words.in_words(int(tumour.years_after))} years after the first injection {page.cite(tumour.source)}.
People in this trial were followed for about two years, so that case is not something their two years could have shown or excluded.
""")
page.table(safety.late_harm_needs([0.01, 0.001, 0.0001], [2, 5, 10], confidence), "People to watch, without a single case, to exclude a late harm.", columns=safety.late_harm_columns([2, 5, 10]), name="late", kinds="assumed derived", layout="scroll",
           note="One-sided, for a rate that stays the same over the years (assumed) and for people who all stay.")
page.say(f"""
This trial has about {words.number(by_window.years.iloc[-1])} person-years, and late harm that strikes {words.one_in(0.01)} a year already asks for many more ([Table](#table-late)).
That is work for registers that follow everyone who was ever treated, not for a trial of this size.
""")

# %% [markdown]
# ## What this cannot tell us
#
# - Which part of the package, cells or drugs or needle, caused any event.
# - How many people had an event, and how severe the events were: neither is in what we read.
# - Whether harm comes late or is infrequent: both need more people and more years.
# - Whether the dose matters for harm: each dose was given to too few people, one dose after the other.
#
# ## What would change our mind
#
# - The number of people with each event, and its grade, which the article or its supplement probably gives.
# - A judgement of cause made without knowing when the event came.
# - A comparison group given the same drugs and the same needle without cells.
# - More people, watched for many years.
#
# ## References

# %%
page.table(summary.as_read(load.keyed("headache_after_puncture", "late_harm", "serious_event_comparison", "safety_outcomes")), "Numbers read for this chapter, used above or not.", name="as-read", source_column="Source", folded="Show all of them")
page.references()
