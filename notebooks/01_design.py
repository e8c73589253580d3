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
# # How was the dose raised, and what could that design detect?
#
# The dose was raised step by step; this chapter says what the registered rule was, and how it would have behaved if harm were as frequent as assumed here.

# %% tags=["parameters"]
body_weight_kg: float = 70.0  # kg; to turn cells per kg into cells
cohort_gap_days: int = 91  # days; three months from the last injection of a cohort to the first of the next
reading: str = "A"  # letter; how the registry's silence on two DLTs among the first three is read
dlt_curves: dict = {}  # rates in 0 to 1; extra assumed curves, name to four rates, lowest dose first

# %%
from reporting import page
from trial import answers, design, load, numbers_read, safety, words
from trial.charts import design as draw
from trial.methods import escalation, intervals, model_designs, posterior

# %%
rules, cohorts = load.table("design_rules").set_index("rule"), load.table("cohorts")
curves = design.named_curves(load.table("dlt_curves"), dlt_curves)
per_dose, people = int(cohorts.people_treated.iloc[0]), int(cohorts.people_treated.sum())

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
found = design.characteristics(curves, reading)
passing = found.set_index("curve")
rare, steep = passing.loc["flat_2"], passing.loc["steep"]
page.say(f"""
{words.sentence(words.in_words(len(cohorts)))} doses were given to {words.in_words(per_dose)} people each, the lowest first.
No group was enlarged, and no severe reaction is put down to the cells; from this we infer that nobody had a harm that counts against a dose (a DLT), and so that no limit was found.
With {words.in_words(per_dose)} people at a dose, even a harm that strikes {words.one_in(1 / 3)} people (assumed) goes unseen there {words.in_hundred(intervals.probability_none(1 / 3, per_dose))} times.
If it struck {words.percent(passing.rates["flat_2"][0])} of people at every dose (assumed), {words.in_hundred(rare.p_top_dose_passed)} such trials would pass all doses; if it rose from {words.percent(passing.rates["steep"][0])} at the lowest to {words.percent(passing.rates["steep"][-1])} at the top (assumed), {words.in_hundred(steep.p_top_dose_passed)} would.

Passing the top dose means that the trial met no reason to stop under its rule.
It does not mean that the top dose is the right one, nor that a higher one would be too much.
""")

# %% tags=["prose"]
page.say(answers.EXPLAINED)

# %% [markdown]
# ## Who could take part
#
# The registry and the abstract say who could take part; what was found here speaks first of all for people like them.

# %% tags=["prose"]
page.say(f"""
The people who took part were severely affected: {words.plain(rules.value.edss_at_entry)} or more on the EDSS (Expanded Disability Status Scale; higher is worse), still getting worse, {words.between(rules.lower.age_years, rules.upper.age_years, words.plain)} years old, and without an approved therapy as an alternative {page.cite("genchi2023")}.
In plain words: at {words.plain(rules.value.edss_at_entry)} a person needs support on both sides to walk a short way, and above it walking is hardly possible.
A newspaper adds that they {rules.text.earlier_treatments} {page.cite("corriere2023")}.
Nobody was allocated to anything else, and everyone knew what was given {page.cite("genchi2023", "reg_stems")}.
""")

# %%
page.table(design.at_a_glance(rules), "The trial at a glance.", name="glance", kinds="reported", source_column="Source")

# %% [markdown]
# ## A single injection, each dose double the last
#
# Each person got one injection, and each group of people about twice the dose of the group before.

# %%
page.chart(draw.dose_ladder, cohorts, "The doses of this trial, per kilogram and as total cells.", name="ladder", kinds="reported derived", sources=["reg_stems", "genchi2023"],
           body_weight_kg=body_weight_kg, data=design.total_cells(cohorts, body_weight_kg), columns=words.headed(design.TOTAL_CELLS, weight=words.plain(body_weight_kg), tolerance=words.plain(cohorts.tolerance_percent.max())))

# %% tags=["prose"]
totals, press = cohorts.dose_million_cells_per_kg * body_weight_kg, rules.loc["cells_per_person"]
weights = press.lower / cohorts.dose_million_cells_per_kg.iloc[0], press.upper / cohorts.dose_million_cells_per_kg.iloc[-1]
page.say(f"""
The doses ran from {words.plain(cohorts.dose_million_cells_per_kg.iloc[0])} to {words.plain(cohorts.dose_million_cells_per_kg.iloc[-1])} million cells per kilogram, give or take {words.plain(rules.value.dose_tolerance)}% {page.cite("genchi2023", "reg_stems")}.
At {words.plain(body_weight_kg)} kg that is {words.between(totals.iloc[0], totals.iloc[-1], words.plain)} million cells.
A newspaper gives about {words.between(press.lower, press.upper, words.plain)} million a person {page.cite(press.source)}, which at the lowest and the highest dose would be people of {words.listed(map(words.number, weights))} kg.
{answers.sentence("doses_injected", "The doses that were in fact injected", "are", page.cite, answers.MARK)}
""")

# %% [markdown] tags=["depth"]
# ### Cells given in other trials
#
# Cells differ in kind and in the place where they are put, so the totals share a scale and not a meaning.

# %%
page.table(design.sister_doses(load.table("sister_doses")), "Total cells given in other trials, and where.", columns=design.SISTER_DOSES, name="sister-doses", kinds="reported", source_column="Source")

# %% [markdown]
# ## The rule behind each step
#
# By the registry's plan a safety board was to look at all data before each step.
# The rule itself counts dose-limiting toxicities (DLTs): harm bad enough, by a definition fixed beforehand, to count against the dose.

# %%
page.table(escalation.decision_table(reading), f"The rule as a table of decisions (reading {reading}).", name="rule", first=3, kinds="reported assumed", sources=["reg_stems"],
           note="The registry does not say what happens with two DLTs among the first three people of a dose; the reading named here fills that gap.")

# %% tags=["prose"]
page.say(f"""
A dose was to be given to {words.in_words(int(rules.value.cohort_size))} people; with one DLT the group was to grow to {words.in_words(int(rules.value.extended_cohort_size))}, and {words.in_words(int(rules.value.dlts_that_stop))} were to make the dose excessive, so that the dose below became the maximum tolerated dose (MTD) {page.cite("reg_stems")}.
{answers.sentence("two_dlts_first_three", "What was planned for two DLTs at once, and how long to wait after a DLT,", cite=page.cite, unread=answers.MARK)}
No group grew: each had {words.in_words(per_dose)} people, from which we infer that none of the first {words.in_words(len(cohorts) - 1)} groups had a DLT.
For the highest dose we infer the same from the abstract, which reports no severe reaction related to the cells {page.cite("genchi2023")}.
The board was also to meet after any adverse event of level {words.plain(rules.value.safety_board_level)} judged possibly related to the cells (or worse: the sign is lost in the text we read) {page.cite("reg_stems")}.
""")

# %% [markdown] tags=["depth"]
# ## How soon it could have been done
#
# The waits of the rule set a shortest possible calendar.
# “Months before the next cohort” can be counted from more than one day; we count from the last injection of a cohort to the first of the next.

# %%
calendar = design.earliest_calendar(cohorts, rules, cohort_gap_days)
page.chart(draw.calendar, calendar, "The earliest calendar that the waits allow, with the recorded dates.", name="calendar", kinds="derived", columns=design.CALENDAR, recorded=design.recorded_dates(rules),
           sources=["reg_stems", "fsr2017", "blog_stems2017", "reg_stems_mirror"], note="The recorded dates begin with the day on which the first treated person was announced; of a month the last day is taken.")

# %% tags=["prose"]
span, end = int(calendar.injection_day.iloc[-1]), int(calendar.end_of_follow_up_day.max())
recorded = design.recorded_dates(rules).day.iloc[-1]
page.say(f"""
The last of {words.in_words(people)} people could be injected on day {words.number(span)} after the first, and seen for the last time on day {words.number(end)}.
The recorded dates span {words.number(recorded)} days, so the trial took {words.number((recorded - end) / 30.4375)} months longer than its waits required, if the recorded end is the last visit.
{answers.sentence("injection_dates", "The day of each injection, and with it perhaps the reason,", cite=page.cite, unread=answers.MARK)}
""")

# %%
page.record("design.days_first_to_last_injection", span, unit="days", method=f"{words.plain(rules.value.days_between_people)} days between people, cohort_gap_days between cohorts, no DLT")

# %%
look = int(rules.value.days_between_people)
page.table(design.durations(curves, look, cohort_gap_days, look), "Mean time from the first to the last injection, if harm were as assumed.", columns=design.DURATIONS, name="durations", kinds="assumed derived",
           note=f"At the shortest waits. The registry's waits are for groups without a DLT; assumed are a look of {words.things(look, 'day')} before more people get the same dose, and after a filled group the same wait as after any other.")

# %% [markdown]
# ## What the rule lets through
#
# A rule can be tried on imagined truths: assume how often harm (here a DLT) strikes at each dose, and work out exactly what the rule would do.
# The rates below are assumed and span what might be true; none of them was measured.

# %%
page.chart(draw.passing, found, "How often the rule would pass the top dose, and how often nobody would have a DLT, under assumed rates of harm.", name="passing", kinds="assumed derived", people=people, data=found, columns=design.CHARACTERISTICS)

# %% tags=["prose"]
toxic = passing.loc["toxic"]
page.say(f"""
Harm that is frequent at all doses is hard to square with what we infer, {words.in_words(people)} people and no DLT; infrequent harm fits it well.
That result would come up {words.in_hundred(rare.p_no_dlt_in_12)} times if harm struck {words.percent(passing.rates["flat_2"][0])} at every dose, {words.in_hundred(passing.loc["flat_10"].p_no_dlt_in_12)} times at {words.percent(passing.rates["flat_10"][0])}, {words.in_hundred(steep.p_no_dlt_in_12)} times if it grew fast, and {words.in_hundred(toxic.p_no_dlt_in_12)} times if it were frequent from the first dose (all assumed).
""")

# %% [markdown] tags=["depth"]
# ### Where the rule ends, and other readings of it
#
# The registry leaves room for several readings of its rule; the textbook rule is set beside them.

# %%
page.table(found, f"Where trials would end (reading {reading}).", columns=design.mtd_columns(cohorts.cohort), name="mtd", kinds="assumed derived")

# %%
readings = design.readings_compared(curves)
page.table(readings, "People and DLTs on average, and how often the top dose is passed, under each reading of the rule.", columns=design.READINGS_COMPARED, name="readings", kinds="assumed derived",
           note="A looks after three people and stops at two DLTs; B fills a group to six after any DLT; C treats one by one and leaves a dose at its second DLT; K is the textbook rule that steps down again and asks for a filled group at the top dose.")

# %%
page.table(found, f"How many people and how many DLTs trials would end with (reading {reading}), in per cent of trials.", columns=design.DISTRIBUTIONS, name="distributions", kinds="assumed derived")

# %% tags=["prose"]
people_by_reading = readings[readings.measure == "people"]
more_under_k = people_by_reading.K > people_by_reading.A
page.say(f"""
Readings A, B and C end at the same dose equally often, because they ask the same question of the same people; they differ in how many people it takes and how many have a DLT on the way ([Table](#table-readings)).
The textbook rule (K) steps down and fills the dose it ends at; it needs more people than A in {words.count_of(sum(more_under_k), len(more_under_k))} of these assumed truths.
This page uses reading {reading}.
""")

# %%
page.record_table(design.design_results(found, reading))

# %% [markdown]
# ## The highest dose tried is not a limit found
#
# A dose that was passed by a few people says something about frequent harm at that dose, and little about the rest.

# %% tags=["prose"]
beliefs = posterior.beliefs_after_no_harm(cohorts.people_treated, 1 / 3)
at_top = beliefs[beliefs.dose == len(cohorts)]
most, least = design.most_and_least_moved(at_top)
page.say(f"""
As far as we can infer no dose was refused, so the MTD was not reached, and “the highest dose” is the highest that was tried.
{answers.sentence("highest_dose_choice", "Whether the top of the ladder was set by harm or by what could be made", cite=page.cite, unread=answers.MARK)}
More cells need not mean more harm, nor more good: a rule made for drugs whose harm grows with the dose fits cells only in part.

How likely is it, after all this, that the highest dose harms more than {words.one_in(1 / 3)} people?
The answer is mostly what one believed beforehand: after no DLT in {words.in_words(per_dose)} people at each dose it still runs from {words.between(at_top.posterior_above.min(), at_top.posterior_above.max())} over {words.in_words(len(at_top))} assumed beliefs.
""")

# %% [markdown] tags=["depth"]
# ### What beliefs held beforehand make of it
#
# The same outcome moves each belief, and does not bring different beliefs together.

# %%
page.table(at_top, f"What {words.in_words(len(at_top))} beliefs say about harm at the highest dose, before and after no DLT, as we infer.", columns=words.headed(design.BELIEFS, limit=words.one_in(1 / 3)), name="beliefs", first=3, kinds="assumed derived",
           note=f"A belief held beforehand (prior) is assumed. Uniform and Jeffreys: Beta(1, 1) and Beta(½, ½) at each dose. Ordered uniforms: a uniform rate for each dose, sorted. Rising, top dose uniform: the rises share out as a Dirichlet with equal weights, one in all, and one above the top. Power curve: first guesses raised to a normal exponent with variance {words.plain(model_designs.PRIOR_VARIANCE)}, as in the CRM. What follows is exact, or integrated to eight digits.")

# %%
page.table(design.beliefs_by_dose(beliefs, cohorts.cohort), "The mean rate of harm that each belief implies at every dose, before and after.", columns=design.beliefs_by_dose_columns(cohorts.cohort), name="beliefs-by-dose", kinds="assumed derived")

# %% tags=["prose"]
page.say(f"""
In proportion the chance of more than {words.one_in(1 / 3)} fell most from {words.percent(most.prior_above)} to {words.percent(most.posterior_above)} ({most.prior}), and least from {words.percent(least.prior_above)} to {words.percent(least.posterior_above)} ({least.prior}) ([Table](#table-beliefs)).
To sort random rates (ordered uniforms) is to be {words.percent(at_top.set_index('prior').prior_above['ordered uniforms'])} sure beforehand that the top dose harms more than {words.one_in(1 / 3)} people.
""")

# %% [markdown] tags=["depth"]
# ## What other rules would do
#
# Newer rules aim at a stated rate of harm: BOIN (Bayesian optimal interval) compares the rate seen at a dose with fixed limits, the CRM (continual reassessment method) fits one curve to all doses.
# The comparison asks how often each would name the right dose.
# Here “right” is the highest dose at which no more than a stated share of people is harmed.

# %%
target, sizes = 0.3, [people + more * per_dose for more in (0, 1, 2, 4)]
designs, rules_here = design.designs_compared(curves, target, per_dose, sizes, cohorts.cohort, reading), model_designs.designs_compared_here(target, len(cohorts))
boin, crm = rules_here["BOIN"], rules_here["CRM"]
page.table(designs, f"The rule of this trial (3+3) beside two newer rules, each with {words.listed(sizes)} people in turn: shares of trials under assumed rates of harm.", columns=design.design_columns(sizes), name="designs", kinds="assumed derived", sources=["boin2015", "crm1990"],
           note=f"BOIN and the CRM in groups of {words.in_words(per_dose)}, the 3+3 rule under reading {reading}; target {words.percent(target)}; exact over every course of a trial. BOIN: up at a rate of {words.number(boin.lower_limit, 4)} or less, down at {words.number(boin.upper_limit, 4)} or more, a dose and all above it out once the chance of a rate above the target exceeds {words.percent(boin.certainty)} (uniform prior); in the end the dose nearest the target after isotonic regression, of equal rates the highest if below it, else the lowest. "
                f"CRM: power curve, first guesses {words.listed(words.percent(rate, 2) for rate in crm.skeleton)} (assumed), prior variance {words.plain(crm.prior_variance)}, stop once the lowest dose exceeds {words.percent(crm.limit)} with {words.percent(crm.certainty)} certainty, no dose skipped, only a dose that was tried is named; other first guesses, even by a tenth of a point, give other shares. “Not alone” means that other doses have the same rate.")

# %% tags=["prose"]
aim = load.table("methods").set_index("method").loc["three_plus_three_aim"]
fast = designs.set_index("curve").loc["steep"]
newer = fast[fast.index.str.match("too_high_(BOIN|CRM)")]
page.say(f"""
Without a DLT all three rules end at the highest dose, so what happened would have been the same under each; they differ in what they would have done after one.
The 3+3 rule tends to land where {words.between(aim.lower / 100, aim.upper / 100)} are harmed {page.cite(aim.source)}, so it aims lower than {words.percent(target)}, and “right” at that target favours the other two.
Whether they name the right dose more often than reading {reading} depends on how many people they get: {design.where_better(designs, sizes)}.
The 3+3 rule treats {words.between(designs.people_by_rule.min(), designs.people_by_rule.max(), words.number)} people on average, so with more the comparison is no longer one of rules alone.
If harm grows fast (assumed), the newer rules name too high a dose in {words.between(newer.min(), newer.max())} of trials, the 3+3 rule in {words.percent(fast["too_high_3+3"])}.
""")

# %% [markdown]
# ## Harm this rule could not see
#
# A rule like this counts harm that appears within a set time, is judged dose-limiting, and strikes often enough to show among a few people.

# %% tags=["prose"]
page.say(f"""
{answers.sentence("dlt_definition", "What counted as a DLT, and for how many days after the injection,", cite=page.cite, unread=answers.MARK)}
What came after such a time could not be a DLT, though the board was to see all data before each step {page.cite("reg_stems")}.
At the earliest, the highest dose could be opened on day {words.number(calendar[calendar.cohort == cohorts.cohort.iloc[-1]].injection_day.iloc[0])}, when the first person had been watched that long and the most recent for {words.things(int(rules.value.months_between_cohorts), "month")}; harm that takes longer would come after the decision.
Where a harm strikes {words.one_in(safety.LARGEST_HARM)} people (assumed), {words.in_hundred(intervals.probability_none(safety.LARGEST_HARM, people))} trials of {words.in_words(people)} would see nobody with it.
""")

# %% [markdown] tags=["depth"]
# ### The reporting checklist
#
# A checklist says what a report of an early dose-finding trial should tell; we saw only its first items.

# %%
page.table(load.table("checklist"), "Items of the reporting checklist for early dose-finding trials that we saw, and where we found an answer.", columns=design.CHECKLIST, name="checklist", kinds="derived", sources=["consortdefine"],
           note="The answers are our judgement.")

# %% [markdown]
# ## What this cannot tell us
#
# - Harm that does not count as a DLT or comes later: the rule did not ask for it.
# - How often harm really strikes at any dose: the rates on this page are assumed.
# - Whether a higher dose could be given: none was tried.
# - Whether more cells do more good.

# %% [markdown]
# ## What would change our mind

# %% tags=["prose"]
page.say(answers.wanted("01_design"))

# %% [markdown] tags=["depth"]
# ## References

# %%
page.table(numbers_read.numbers(load.keyed("design_rules", "dose_steps", "sister_doses", "guidelines", "methods")), "Numbers read for this chapter, used above or not.", name="as-read", source_column="Source", folded="Show all of them")
page.references()
