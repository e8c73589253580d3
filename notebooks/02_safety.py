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
from trial import answers, load, numbers_read, safety, words
from trial.charts import safety as draw
from trial.methods import clustering, intervals, simulate

# %%
events = load.table("adverse_events")
outcomes = load.table("safety_outcomes").set_index("outcome")
related, serious, death = (outcomes.loc[name] for name in ("related_serious", "any_serious", "death"))
people, weeks, cohort_sizes = int(related.people), int(related.window_weeks), load.table("cohorts").people_treated.tolist()

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
none, unseen = intervals.clopper_pearson(related.people_with, people, confidence), intervals.probability_none(0.1, people)
infections, early = events[events.group == "infection"], events[events.window_days == "0-14"]
blamed, total = safety.related(events), int(events.events.sum())
graded, soon = int(blamed.events.sum()), int(safety.related(early).events.sum())
page.say(f"""
The paper's table lists {total} unwanted events in {people} people over {weeks} weeks {page.cite("genchi2023")}.
{words.sentence(words.in_words(graded))} of them were put down to the cells: {words.listed(safety.graded(blamed))}.
{"All of these" if soon == graded else words.sentence(words.in_words(soon)) + " of these"} came in the first two weeks: {words.listed([f"{term} ({count})" for term, count in safety.how_often(blamed).items()])}.
{words.sentence(words.in_words(int(infections.events.sum())))} of the {total} were infections, in people given drugs that hold down the body's defences.
One event was serious, an MS relapse, and the doctors, who knew what was given, judged it not related.

So {words.count_of(related.people_with, people)} people had a serious problem that the trial's doctors put down to the cells.
That is a count, not a promise: harm that strikes about {words.one_in(none.upper)} people would still fit it; the limits are {words.limits(none)}.
If such harm struck one person in ten, {words.in_hundred(unseen)} trials of this size would see none.
What was tested was cells, anti-rejection drugs and a lumbar puncture together, so no count here belongs to the cells alone.
""")

# %%
limit = intervals.clopper_pearson(related.people_with, people, confidence, sides="upper")
one = intervals.clopper_pearson(serious.people_with, people, confidence)
page.record("safety.related_serious", none.estimate, none.lower, none.upper, "share of people", "Clopper-Pearson, two-sided")
page.record("safety.related_serious_upper_one_sided", limit.upper, unit="share of people", method="Clopper-Pearson, one-sided")
page.record("safety.any_serious", one.estimate, one.lower, one.upper, "share of people", "Clopper-Pearson, two-sided")

# %% tags=["prose"]
page.say(answers.EXPLAINED)

# %% [markdown]
# ## Events are not people
#
# A table of adverse events counts happenings, and one person can have many of them.

# %% tags=["prose"]
page.table(safety.events_overview(events), "Adverse events by dose and in all.", columns=safety.overview_columns(), name="overview", kinds="reported",
           sources=["genchi2023"])
by_dose = events.groupby("cohort").events.sum()
page.say(f"""
{answers.sentence("people_with_each_event", "On how many people they fell", cite=page.cite, unread=answers.MARK)}
""")

# %%
page.record("safety.events_total", total, unit="events", method="count")
page.record("safety.events_related", graded, unit="events", method="count; definitely, probably or possibly")
page.record_table(by_dose.add_prefix("safety.events_cohort_").rename_axis("name").rename("value").reset_index().assign(unit="events", method="count"))

# %% [markdown]
# ## Everything put down to the cells came early
#
# The doctors of the trial judged for each event how likely the cells were its cause; the next picture shows that judgement beside the time and the dose.

# %%
page.chart(draw.forty_four_events, events, "Every adverse event of the trial: when, at which dose, and how judged.",
           name="events", kinds="reported", sources=["genchi2023"],
           note="Infections came in people given anti-rejection drugs; the table does not say in how many.",
           data=safety.events_by_term(events), columns=safety.BY_TERM)

# %% tags=["prose"]
same = graded == early.events.sum() == soon
by_window = safety.rates_by_window(events, people, confidence, 4)
early_rate, late_rate = by_window.rate.iloc[:2]
page.say(f"""
{"The events judged related and the events of the first two weeks are the very same ones" if same else "Most events judged related fell in the first two weeks"}: {int(early.events.sum())} of {total} ([Figure](#figure-events)).
So in this table the judgement cannot be told apart from the calendar: an event that came late was never put down to the cells, whatever it was.
{answers.sentence("how_related_was_judged", "By whom and by which rule it was judged", cite=page.cite, unread=answers.MARK)}

Events also came faster early on: {words.significant(early_rate)} per person and year in the first two weeks, {words.significant(late_rate)} after, so that an average over all {weeks} weeks describes neither time ([Table](#table-rates)).
People are watched more closely in the first days, and more is seen then; the table teaches little about harm that comes late.
""")

# %% [markdown]
# ## What the needle and the drugs explain
#
# Each person had cells, a needle and drugs at once, and most events are of kinds that the needle, the drugs or daily life can bring.

# %% tags=["prose"]
causes = safety.causes(events, load.table("attribution"))
drugs, late = causes[causes.other_cause == "anti_rejection_drugs"], infections[infections.window_days != "0-14"]
headache = load.table("headache_after_puncture").pivot(index="needle", columns="outcome", values="per_1000")
any_kind, its_own = headache.any_headache, headache.post_dural_puncture_headache
page.say(f"""
Neither the needle nor the drugs nor the cells can be cleared or blamed from such a table.
By our own judgement the drugs are the first other cause to think of for {int(drugs.events.sum())} events, {int(drugs[drugs.also != ""].events.sum())} of which have a second one too; {int(late.events.sum())} of the {int(infections.events.sum())} infections came after the first two weeks.
{answers.sentence("anti_rejection_drugs", "Which drugs were taken, and for how long,", cite=page.cite, unread=answers.MARK)}
Headache was reported {words.things(int(events[events.term == "Headache"].events.sum()), "time")}; after a lumbar puncture, whatever it is done for, about {words.number(any_kind.atraumatic)} people in {words.number(1000)} have one of any kind with a blunt-tipped needle and {words.number(any_kind.traumatic)} with a cutting one {page.cite("cochrane_pdph")}, which is {words.between(any_kind.atraumatic / 1000 * people, any_kind.traumatic / 1000 * people, words.significant)} among {people}.
Of the kind that the puncture itself brings, it is {words.number(its_own.atraumatic)} and {words.number(its_own.traumatic)} in {words.number(1000)}, or {words.between(its_own.atraumatic / 1000 * people, its_own.traumatic / 1000 * people, words.significant)} among {people}; which kind the reported ones were is {answers.MARK}.
""")

# %% [markdown] tags=["depth"]
# ### What else could cause each event
#
# The grouping is our own judgement, made without knowing who had what.

# %%
page.table(causes, "What else could cause the events.", columns=safety.OTHER_CAUSES, name="causes", kinds="reported assumed",
           note="Counts are reported; the causes named are our judgement, at most two a term, not a finding of the trial.", sources=["genchi2023"])

# %% [markdown]
# ## Severe, serious and related are different questions
#
# *Severe* says how strong an event is, on a scale of grades.
# *Serious* says what came of it, such as a hospital stay or a threat to life, whatever its strength.
# *Related* says what the doctors thought caused it, and here it means related to the cells, not to the needle or the drugs.

# %% tags=["prose"]
grades, criteria = load.table("severity_grades"), load.table("seriousness_criteria")
measures = load.table("design_rules").set_index("rule").loc["primary_outcomes"]
page.say(f"""
{answers.sentence("severity_grades", "How severe the events of this trial were", cite=page.cite, unread=answers.MARK)}
Severity has {words.in_words(len(grades))} grades, from {grades.name.iloc[0]} to {grades.name.iloc[-1]} {page.cite("ctcae_tab")}; seriousness is met by any one of {words.in_words(len(criteria))} outcomes {page.cite("sae_def")}.

By a charity's digest {words.count_of(death.people - death.people_with, death.people)} people were alive at {words.in_words(int(death.window_weeks // 52))} years {page.cite(death.source)}.
{answers.sentence("other_main_measures", f"What came of the other main measures, {words.listed(measures.text.split('; ')[2:])} {page.cite(measures.source)},", cite=page.cite, unread=answers.MARK)}
""")

# %% [markdown]
# ## Sources disagree on serious events
#
# The texts we read do not say the same about serious events.

# %%
statements = load.table("serious_event_statements")
page.table(statements, "What three texts say about serious events.", columns=safety.STATEMENTS, name="statements", kinds="reported", source_column="Source")

# %% tags=["prose"]
page.say(f"""
The abstract speaks of severe reactions, which is a different question from serious ones.
{answers.sentence("person_with_relapse", "What became of the person with the relapse", cite=page.cite, unread=answers.MARK)}
""")

# %% [markdown]
# ## None seen is not none possible
#
# When nobody is harmed, the count alone sounds like an answer; it leaves more open than it closes.

# %% tags=["prose"]
limits = intervals.interval_table(related.people_with, people, confidence).query("sides == 'two'")
expected = safety.expected_beside_observed(load.table("serious_event_comparison"), confidence)
page.say(f"""
None of {people} fits true rates of {words.limits(none)}; by a one-sided limit, of {words.limits(limit)}; limits in this report are two-sided unless a sentence says otherwise.
None of {words.in_words(cohort_sizes[0])}, at each single dose, fits rates of {words.limits(intervals.clopper_pearson(0, cohort_sizes[0], confidence))}.
{answers.sentence("completed_two_years", "Whether all of them stayed for two years", cite=page.cite, unread=answers.MARK)}

One of {people} people had any serious event, {words.percent(one.estimate)}: true rates of {words.limits(one)} would fit.
In {words.listed(expected.trial)}, over about as long, it was {words.listed([words.count_of(row.people_with, row.people) for row in expected.itertuples()])} {page.cite(*expected.source)}; those are other people under other care, and which of its two groups MS-STAT counted so is {answers.MARK}.
At those rates, taken as known (assumed), one or none of {people} would come up {words.listed([words.in_hundred(share) for share in expected.as_few])} times, so what was seen would be unusual at {"neither rate" if expected.as_few.min() > alpha else "one of these rates"}: too few people to tell fewer from more.
""")

# %% [markdown] tags=["depth"]
# ### Other intervals, and the odds beside other trials
#
# Each named method gives its own limit, and all of them leave room for frequent harm.

# %%
shown = outcomes.loc[["related_serious", "any_serious"]]
page.table(safety.interval_methods(shown, confidence), f"The same counts under every named interval, {words.level(confidence)}.", columns=safety.interval_columns(shown),
           name="methods", first=3, kinds="derived", note="Limits below zero are cut for display. The rule of three is meant for larger groups and is listed because readers meet it.")

# %%
page.table(expected, "Any serious event: what other trials would lead us to expect among twelve, beside what was seen.", columns=words.headed(safety.EXPECTED, people=people, so_few=f"{words.sentence(words.in_words(int(serious.people_with)))} or none" if serious.people_with else "None", level=words.level(confidence)), name="expected", kinds="reported derived assumed",
           note="The rate elsewhere is taken as known and as true here (assumed). Of MS-STAT we did not read which arm this is.", source_column="Source")

# %% tags=["prose"]
page.say(f"""
By the other two-sided methods, from Wilson's to a posterior, the upper limit for none of {people} lies between {words.percent(limits.upper.min())} and {words.percent(limits.upper.max())} ([Table](#table-methods)).
The odds of a serious event here may be {words.listed([f"{words.between(row.lower, row.upper, words.significant)} times those in {row.trial}" for row in expected.itertuples()])} (exact, two-sided {words.level(confidence)} each).
""")

# %% [markdown]
# ## How many people it takes
#
# The only way to exclude a less frequent harm is to watch more people.

# %%
page.chart(draw.rules_out, safety.rules_out(confidence, people), "People without an event, and the harm that is then still possible.", name="rules-out", kinds="derived", data=safety.people_to_exclude([0.25, 0.1, 0.05, 0.02, 0.01, 0.001], confidence), columns=words.headed(safety.TO_EXCLUDE, level=words.level(confidence)))

# %% tags=["prose"]
twenty, hundred = (intervals.people_to_exclude(rate, confidence) for rate in (safety.LARGEST_HARM, 0.01))
page.say(f"""
To exclude a harm that strikes {words.one_in(safety.LARGEST_HARM)}, {words.number(twenty)} people must stay free of it; for {words.one_in(0.01)} it takes {words.number(hundred)} (exact, one-sided {words.level(confidence)}); by the two-sided interval {words.number(intervals.people_to_exclude(safety.LARGEST_HARM, confidence, "two"))} and {words.number(intervals.people_to_exclude(0.01, confidence, "two"))}.
A harm that strikes one person in five would show in {words.in_hundred(1 - intervals.probability_none(0.2, people))} trials of {words.in_words(people)}, one that strikes {words.one_in(0.01)} in {words.in_hundred(1 - intervals.probability_none(0.01, people))}.
""")

# %%
page.record("safety.n_to_exclude_5pct", twenty, unit="people", method="exact, one-sided: smallest n with (1 - rate)^n <= 1 - confidence")
page.record("safety.n_to_exclude_1pct", hundred, unit="people", method="exact, one-sided: smallest n with (1 - rate)^n <= 1 - confidence")

# %% [markdown]
# ## Other cell trials are small too
#
# Other early trials of cells in the nervous system counted harm too, each in its own way.

# %%
sisters = load.table("sister_trials")
harm = safety.harm_in_trials(sisters, outcomes, confidence)
pooled = safety.pooled_harm(harm, confidence).set_index("name")
elsewhere = safety.after_other_cells(load.table("sister_findings"), events, confidence)
fetal, cells, roots = pooled.loc["fetal"], pooled.loc["all"], elsewhere[elsewhere.finding.str.contains("nerve roots")].iloc[0]

# %% tags=["prose"]
page.say(f"""
In {words.in_words(len(harm))} trials, this one among them, {"nobody" if not harm.people_with.any() else "somebody"} had the harm that the trial counted.
In each of them a rate of about {words.percent(harm.upper.min())} would still fit (exact, two-sided {words.level(confidence)}), and trials that end well may be published more often.
{words.sentence(words.things(len(safety.left_aside(sisters, harm)), "more trial"))}, described below, saw harm of another kind.
Those in MS stand [side by side](06_context.html#figure-sisters) in the chapter on other trials.
Added up, serious harm put down to the cells (in one trial, to the treatment) struck {words.count_of(fetal.people_with, fetal.people)} people given fetal nerve cells for MS; by two beliefs about how much trials differ (assumed) the average rate is at most {words.percent(fetal.average_0)} or {words.percent(fetal.average_1)} (one-sided {words.level(confidence)}), so the sum promises little more than the belief that was put in.

A harm that this trial's table does not name was seen with other cells in the same place: clumped nerve roots, in {words.count_of(roots.people_with, roots.people)} people, whose complaints got better with treatment, says a digest {page.cite(roots.source)}.
It may be as frequent here: at that trial's rate (assumed), {words.in_hundred(intervals.probability_none(roots.people_with / roots.people, people))} trials of {words.in_words(people)} would see none.
Whether the lower back was scanned here is {answers.MARK}.
""")

# %% [markdown] tags=["depth"]
# ### Trials added up, and events after other cells
#
# With nobody harmed in any of them, the counts cannot say how much the trials differ.

# %%
page.table(pooled, "Serious harm put down to the cells or the treatment, in trials in MS that counted it.", columns=safety.POOLED, name="pooled", kinds="derived assumed",
           note=f"Upper limits, one-sided {words.level(confidence)}, by quadrature. Rates differ from trial to trial as a beta distribution; how much (the likeness of people within a trial) is assumed: a beta distribution with parameters one and nineteen, or a flat one. A trial that counted severe events, or other harm, is not added; hNSC-SPMS judged relation to the treatment, over one year, the others relation to the cells, over about two. MSC-NP phase II is known from a news digest.")

# %%
page.table(elsewhere, "After other cells into the spinal fluid, and in this trial.", columns=words.headed(safety.AFTER_OTHER_CELLS, people=people, level=words.level(confidence)), name="elsewhere", kinds="reported derived", source_column="Source",
           note="Elsewhere people were counted, by the head of that table, and here events. Clumped nerve roots were seen in one trial, the rest in another, with four injections a week apart.")

# %%
page.record("safety.pooled_fetal_alike", fetal.average_0, unit="share of people", method="beta-binomial by quadrature, one-sided; trials much alike; serious related harm, STEMS and hNSC-SPMS")
page.record("safety.pooled_fetal_any_spread", fetal.average_1, unit="share of people", method="beta-binomial by quadrature, one-sided; any spread as likely as any other; serious related harm, STEMS and hNSC-SPMS")
page.record("safety.pooled_ms_alike", cells.average_0, unit="share of people", method="beta-binomial by quadrature, one-sided; trials much alike; serious related harm, with MSC-NP phase II")
page.record("safety.pooled_ms_any_spread", cells.average_1, unit="share of people", method="beta-binomial by quadrature, one-sided; any spread as likely as any other; serious related harm, with MSC-NP phase II")

# %% [markdown]
# ## Fewer events at higher doses need not mean protection
#
# The counts fall from the low doses to the high ones, which invites a wrong conclusion.
# Whether the fall looks out of the ordinary can be tried by eye.
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
Panel {real} is the trial; {words.things(steeper, "simulated panel falls", "simulated panels fall")} more steeply, although the dose does nothing in any simulated panel.
Someone who guesses is right in {words.one_in(1 / 12)} line-ups; someone who always names the steepest panel would find this trial in {words.in_hundred(clustering.chance_steepest(by_dose.tolist(), cohort_sizes, 1, 12))} such line-ups (exact, with people assumed to differ as in these panels; a tie counts as a miss).
""", panels=len(slopes), right=real)

# %% tags=["prose"]
trend = clustering.rank_count_p(by_dose.tolist(), cohort_sizes, float("inf"), "lower")
rate = intervals.poisson_exact(total, people * weeks * 7 / 365.25, confidence)
passing = clustering.weight_at_level(by_dose.tolist(), cohort_sizes, alpha)
ratio = 1 + total / people / passing if passing else None
page.say(f"""
The table has {words.listed(by_dose)} events at doses A to D; that need not mean protection, for one person with many colds moves a whole count, and the table does not tell people apart.
If every event fell at random and by itself, a slope this steep or steeper would come up {words.in_hundred(trend)} times (exact, one-sided; exploratory and uncontrolled), {"below" if trend < alpha else "not below"} the usual level of {words.level(alpha)}.
{f"As soon as events differ from person to person {words.number(ratio, 1)} times as much as chance alone would have it (assumed), it is not below that level" if passing else f"Over the spreads tried the p-value does not cross {words.plain(alpha)}"}; how much people differed cannot be estimated from counts of events.
The low doses were also given first, to people who were then watched through other seasons.
""")

# %% [markdown] tags=["depth"]
# ### The fall if people differ, and events per year
#
# A p-value that takes each event by itself is too small where one person has many.

# %%
page.table(safety.trend_by_bunching(by_dose.tolist(), cohort_sizes, [float("inf"), 8, 4, 2, 1, 0.5]), "The same fall, if people differ in how many events they have.", columns=safety.BUNCHING, name="bunching", kinds="derived assumed",
           note="Exact, given the total: negative binomial with the weight named, an assumption. The two-sided value is twice the smaller tail.")

# %%
page.table(by_window, "Events per person and year, early and late.", columns=words.headed(safety.RATES, times=4, level=words.level(confidence)), name="rates", kinds="derived assumed",
           note="Everyone is taken to have been followed to the end (assumed). The last column assumes that counts vary four times as much as independent events would; the data cannot say.")

# %%
page.record("safety.p_rank_multinomial", trend, method="exact multinomial, sum of rank x count at least as low as seen, one-sided")
page.record("safety.events_per_person_year", rate.estimate, rate.lower, rate.upper, "events per person and year", f"exact Poisson, two-sided; {people} people, {weeks} weeks each")

# %% [markdown]
# ## Harm that comes late
#
# Cells may stay, and what they do years later is a question of its own.

# %% tags=["prose"]
tumour = load.table("late_harm").iloc[0]
page.say(f"""
Two growths stand in this trial's table, {safety.growths(events)}, both judged not related to the cells {page.cite("genchi2023")}; no brain tumour does.
Elsewhere a child with {tumour.disease} was given other fetal cells, into the brain as well as the spinal fluid, and a tumour grown from donor cells was found {words.in_words(int(tumour.years_after))} years after the first injection {page.cite(tumour.source)}.
What this trial counted ends at two years, so it could neither show nor exclude such a case.
{answers.sentence("watch_beyond_two_years", "Whether these people are still being watched", cite=page.cite, unread=answers.MARK)}
""")

# %% tags=["prose"]
needed = safety.late_harm_needs([0.01, 0.001, 0.0001], [2, 5, 10], confidence)
page.say(f"""
To exclude late harm that strikes {words.one_in(needed.rate[0])} a year (assumed to stay the same) takes {words.number(needed.person_years[0])} person-years without a case (exact, one-sided {words.level(confidence)}); this trial has about {words.number(by_window.years.iloc[-1])}.
That is work for registers that follow everyone who was ever treated, not for a trial of this size.
""")

# %% [markdown] tags=["depth"]
# ### How many people, for how many years
#
# Harm that is less frequent, or that shows later, asks for more of both.

# %%
page.table(needed, "People to watch, without a single case, to exclude a late harm.", columns=safety.late_harm_columns([2, 5, 10]), name="late", kinds="assumed derived",
           note=f"One-sided {words.level(confidence)}, exact for a rate that stays the same over the years (assumed) and for people who all stay.")

# %% [markdown]
# ## What this cannot tell us
#
# - Which part of the package, cells or drugs or needle, caused any event.
# - Whether harm comes late or is infrequent: both need more people and more years.
# - Whether the dose matters for harm: each dose was given to too few people, one dose after the other.
#
# ## What would change our mind
#
# - A judgement of cause made without knowing when the event came.
# - A comparison group given the same drugs and the same needle without cells.
# - More people, watched for many years.

# %% [markdown] tags=["depth"]
# ### What the article may hold
#
# Each of these would change a section of this chapter.

# %% tags=["prose"]
page.say(answers.wanted("02_safety"))

# %% [markdown] tags=["depth"]
# ## References

# %%
page.table(numbers_read.numbers(load.keyed("headache_after_puncture", "late_harm", "serious_event_comparison", "safety_outcomes")), "Numbers read for this chapter, used above or not.", name="as-read", source_column="Source", folded="Show all of them")
page.references()
