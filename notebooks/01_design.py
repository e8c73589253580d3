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
# The trial raised the dose step by step under a rule; this chapter says what the rule was, and how it would have behaved if harm were as frequent as assumed here.

# %% tags=["parameters"]
body_weight_kg: float = 70.0  # kg; to turn cells per kg into cells
cohort_gap_days: int = 91  # days; three months from the last injection of a cohort to the first of the next
reading: str = "A"  # letter; how the registry's silence on two DLTs among the first three is read
dlt_curves: dict = {}  # rates in 0 to 1; extra assumed curves, name to four rates, lowest dose first

# %%
from reporting import page
from trial import design, load, safety, summary, words
from trial.charts import design as draw
from trial.methods import escalation, intervals, model_designs, posterior

# %%
rules, cohorts = load.table("design_rules").set_index("rule"), load.table("cohorts")
curves = design.named_curves(load.table("dlt_curves"), dlt_curves)
names = design.curve_words(load.table("dlt_curves"), dlt_curves)
per_dose, people = int(cohorts.people_treated.iloc[0]), int(cohorts.people_treated.sum())

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
found = design.characteristics(curves, names, reading)
passing = found.set_index("curve")
rare, steep = passing.loc["flat_2"], passing.loc["steep"]
page.say(f"""
{words.sentence(words.in_words(len(cohorts)))} doses were given to {words.in_words(per_dose)} people each, and the rule let the dose rise each time; the highest dose was passed, so no limit was found.
If harm struck {words.percent(curves["flat_2"][0])} of people at every dose (assumed), {words.in_hundred(rare.p_top_dose_passed)} such trials would pass all doses; if it rose to {words.percent(curves["steep"][-1])} at the top (assumed), {words.in_hundred(steep.p_top_dose_passed)} would.
With {words.in_words(per_dose)} people at a dose, even a harm that strikes one person in three (assumed) goes unseen there {words.in_hundred(intervals.probability_none(1 / 3, per_dose))} times.

Passing the top dose means that the trial met no reason to stop under its rule.
It does not mean that the top dose is the right one, nor that a higher one would be too much.
""")

# %% [markdown]
# ## Who could take part
#
# The registry and the abstract say who was asked, and the answer matters for whom anything found here could hold.

# %%
page.table(design.at_a_glance(rules), "The trial at a glance.", name="glance", kinds="reported", source_column="Source")

# %% tags=["prose"]
page.say(f"""
The people who took part were severely affected: {words.plain(rules.value.edss_at_entry)} or more on the EDSS (Expanded Disability Status Scale; higher is worse), still getting worse, and {words.between(rules.lower.age_years, rules.upper.age_years, words.plain)} years old {page.cite("genchi2023")}.
Nobody was allocated to anything else, and everyone knew what was given {page.cite("reg_stems")}.
""")

# %% [markdown]
# ## A single injection, each dose double the last
#
# Each person got one injection, and each group of people about twice the dose of the group before.

# %%
page.chart(draw.dose_ladder, cohorts, "The doses of this trial, per kilogram and as total cells, beside the totals of other cell trials.", name="ladder", kinds="reported derived",
           sources=["reg_stems", "genchi2023", "reg_leone", "pisces2016", "goutman2015"], body_weight_kg=body_weight_kg, sister_doses=design.sister_doses(load.table("sister_doses")),
           note="Cells differ in kind and in the place they were put, so the totals share a scale and not a meaning.", data=design.total_cells(cohorts, body_weight_kg), columns=design.total_cells_columns(cohorts, body_weight_kg))

# %% tags=["prose"]
totals = cohorts.dose_million_cells_per_kg * body_weight_kg
page.say(f"""
The doses ran from {words.plain(cohorts.dose_million_cells_per_kg.iloc[0])} to {words.plain(cohorts.dose_million_cells_per_kg.iloc[-1])} million cells per kilogram, give or take {words.plain(rules.value.dose_tolerance)}% {page.cite("reg_stems")}.
At {words.plain(body_weight_kg)} kg that is {words.significant(totals.iloc[0], 3)} to {words.significant(totals.iloc[-1], 3)} million cells; the doses that were in fact injected are not in what we read.
Whether the top of the ladder was set by harm or by what could be made, we did not read either.
""")

# %% [markdown]
# ## The rule behind each step
#
# Before each step a safety board looked at all data, and the rule looked at dose-limiting toxicities (DLTs): harm bad enough, by a definition fixed beforehand, to count against the dose.
# The definition itself is not in what we read.

# %%
page.table(escalation.decision_table(reading), f"The rule as a table of decisions (reading {reading}).", name="rule", kinds="reported assumed", sources=["reg_stems"],
           note="The registry does not say what happens with two DLTs among the first three people of a dose; the reading named here fills that gap.")

# %% tags=["prose"]
page.say(f"""
The board also met after any adverse event of level {words.plain(rules.value.safety_board_level)} judged possibly related to the cells (or worse: the sign is lost in the text we read) {page.cite("reg_stems")}.
A dose was given to {words.in_words(int(rules.value.cohort_size))} people; with one DLT the group was to grow to {words.in_words(int(rules.value.extended_cohort_size))}, and {words.in_words(int(rules.value.dlts_that_stop))} made the dose excessive, so that the dose below became the maximum tolerated dose (MTD).
No group grew: each had {words.in_words(per_dose)} people, from which we infer that none of the first {words.in_words(len(cohorts) - 1)} groups had a DLT.
For the highest dose we infer the same from the abstract, which reports no severe reaction related to the cells {page.cite("genchi2023")}.
""")

# %% [markdown] tags=["depth"]
# ## How soon it could have been done
#
# The waits of the rule set a shortest possible calendar.
# “Months before the next cohort” can be counted from several days; we count from the last injection of a cohort to the first of the next.

# %%
calendar = design.earliest_calendar(cohorts, rules, cohort_gap_days)
page.chart(draw.calendar, calendar, "The earliest calendar that the waits allow, with the recorded dates.", name="calendar", kinds="derived", recorded=design.recorded_dates(rules),
           sources=["reg_stems", "blog_stems2017", "reg_stems_mirror"], note="The recorded start is the end of May 2017, the first group is taken as complete at the end of October 2017.")

# %% tags=["prose"]
span, end = int(calendar.injection_day.iloc[-1]), int(calendar.end_of_follow_up_day.max())
recorded = design.recorded_dates(rules).day.iloc[-1]
page.say(f"""
The last of {words.in_words(people)} people could be injected on day {words.number(span)} after the first, and seen for the last time on day {words.number(end)}.
The recorded dates span {words.number(recorded)} days, so the trial took {words.number((recorded - end) / 30.4375)} months longer than its waits required, if the recorded end is the last visit.
Nothing in what we read says why.
""")

# %%
page.record("design.days_first_to_last_injection", span, unit="days", method="14 days between people, cohort_gap_days between cohorts, no DLT")

# %%
page.table(design.durations(curves, names, int(rules.value.days_between_people), cohort_gap_days, 14), "Mean time from the first to the last injection, if harm were as assumed.", columns=design.DURATIONS, name="durations", kinds="assumed derived",
           note="At the shortest waits; after a DLT a look of 14 days is assumed, because no waiting time after a DLT is in what we read.")

# %% [markdown]
# ## What the rule lets through
#
# A rule can be tried on imagined truths: assume how often harm strikes at each dose, and work out exactly what the rule would do.
# Harm means a DLT here.
# The rates below are assumed and span what might be true; none of them was measured.

# %%
page.chart(draw.passing, found, "How often the rule would pass the top dose, and how often nobody would be harmed, under assumed rates of harm.", name="passing", kinds="assumed derived", data=found, columns=design.CHARACTERISTICS)

# %% tags=["prose"]
toxic = passing.loc["toxic"]
page.say(f"""
What happened, twelve people and nobody harmed, would come up {words.in_hundred(rare.p_no_dlt_in_12)} times if harm were infrequent at every dose, {words.in_hundred(steep.p_no_dlt_in_12)} times if it grew fast, and {words.in_hundred(toxic.p_no_dlt_in_12)} times if it were frequent from the first dose (all assumed).
So frequent harm at all doses is hard to square with what happened, and infrequent harm is not.
A rate of {words.percent(curves["flat_10"][0])} at every dose would still give twelve unharmed people {words.in_hundred(passing.loc["flat_10"].p_no_dlt_in_12)} times.
""")

# %%
page.chart(draw.mtd_distribution, design.mtd_distribution(found, cohorts.cohort), "Where the rule would end under assumed rates of harm.", name="mtd", kinds="assumed derived", data=found, columns=design.CHARACTERISTICS)

# %%
flat = design.flat_rates(reading, len(cohorts), 40)
page.chart(draw.flat_rate, flat, "What the rule lets through if harm is the same at every dose.", name="flat", kinds="assumed derived", data=flat[flat.rate.isin([2, 5, 10, 20, 30, 40])], columns=design.FLAT_RATES)

# %%
readings = design.readings_compared(curves, names)
page.table(readings, "People and DLTs on average, and how often the top dose is passed, under each reading of the rule.", columns=design.READINGS_COMPARED, name="readings", kinds="assumed derived",
           note="A looks after three people and stops at two DLTs; B fills a group to six after any DLT; C treats one by one and leaves a dose at its second DLT; K is the textbook rule that steps down again.")

# %%
page.table(design.distributions(curves, names, reading), f"How many people and how many DLTs trials would end with (reading {reading}), in per cent of trials.", columns=design.DISTRIBUTIONS, name="distributions", kinds="assumed derived")

# %% tags=["prose"]
apart, more_under_k = design.largest_difference_between_readings(curves), design.more_people_under_k(readings)
page.say(f"""
This page uses reading {reading}.
Readings A, B and C end at {"the same dose equally often" if apart < 1e-12 else "different doses"}, because they ask the same question of the same people; they differ in how many people it takes and how many are harmed on the way ([Table](#table-readings)).
The textbook rule (K) steps down and fills the dose it ends at; it needs more people than A in {words.count_of(sum(more_under_k), len(more_under_k))} of these assumed truths.
""")

# %%
page.record_table(design.design_results(found, reading))

# %% [markdown]
# ## The highest dose tried is not a limit found
#
# A dose that was passed by a few people says something about frequent harm at that dose, and little about the rest.

# %%
page.table(safety.chance_none([per_dose, people], [0.02, 0.05, 0.1, 0.2, 1 / 3]), "How often nobody is harmed, at one dose and in the whole trial, if harm has a known rate.", columns=safety.chance_none_columns([per_dose, people]), name="none-seen", kinds="assumed derived")

# %% tags=["prose"]
third = intervals.probability_none(1 / 3, per_dose)
page.say(f"""
Even if a dose harmed one person in three (assumed), {words.in_hundred(third)} groups of {words.in_words(per_dose)} would pass it with nobody harmed.
No dose was refused, so the MTD was not reached, and “the highest dose” is the highest that was tried.
More cells need not mean more harm, nor more good: a rule made for drugs whose harm grows with the dose fits cells only in part.
""")

# %%
beliefs = posterior.beliefs_after_no_harm(cohorts.people_treated, 1 / 3)
at_top = beliefs[beliefs.dose == len(cohorts)]
page.table(at_top, "What five beliefs say about harm at the highest dose, before and after nobody was harmed.", columns=design.belief_columns(1 / 3), name="beliefs", kinds="assumed derived",
           note="A belief held beforehand (prior) is assumed. Uniform and Jeffreys: Beta(1, 1) and Beta(½, ½) at each dose. Ordered uniforms: four uniform rates, sorted. Rising, top dose uniform: the rises share out as a Dirichlet with weights ¼ each, and 1 above the top. Power curve: first guesses raised to a normal exponent with variance 1.34, as in the CRM. What follows is exact, or integrated to eight digits.")

# %%
page.table(design.beliefs_by_dose(beliefs, cohorts.cohort), "The mean rate of harm that each belief implies at every dose, before and after.", columns=design.beliefs_by_dose_columns(cohorts.cohort), name="beliefs-by-dose", kinds="assumed derived")

# %% tags=["prose"]
page.say(f"""
How likely is it, after all this, that the highest dose harms more than one person in three?
The answers run from {words.between(at_top.posterior_above.min(), at_top.posterior_above.max())}, and the whole range comes from what was believed beforehand ([Table](#table-beliefs)).
The answer is mostly prior: {words.in_words(per_dose)} people at a dose cannot overrule a belief, in either direction.
Rates that are sorted at random (ordered uniforms) even assume beforehand that the top dose is almost certainly harmful.
""")

# %% [markdown] tags=["depth"]
# ## What other rules would do
#
# Newer rules aim at a stated rate of harm: BOIN (Bayesian optimal interval) compares the rate seen at a dose with fixed limits, the CRM (continual reassessment method) fits one curve to all doses.
# The comparison asks how often each would name the right dose.
# Here “right” is the highest dose at which no more than a stated share of people is harmed.

# %%
target = 0.3
designs, rules_here = design.designs_compared(curves, names, target, dict(zip(cohorts.cohort, cohorts.people_treated))), model_designs.designs_compared_here(target, len(cohorts))
boin, crm = rules_here["BOIN"], rules_here["CRM"]
page.table(designs, "The rule of this trial (3+3) beside two newer rules, for the same assumed rates of harm.", columns=design.DESIGNS, name="designs", kinds="assumed derived", sources=["boin2015", "crm1990"],
           note=f"Twelve people in groups of three, target {words.percent(target)}; exact over every course of a trial. BOIN: up at a rate of {words.number(boin.lower_limit, 4)} or less, down at {words.number(boin.upper_limit, 4)} or more, a dose and all above it out once the chance of a rate above the target exceeds {words.percent(boin.certainty)} (uniform prior); in the end the dose nearest the target after isotonic regression, of equal rates the highest if below it, else the lowest. "
                f"CRM: power curve, first guesses {words.listed(words.percent(rate) for rate in crm.skeleton)} (assumed), prior variance {words.plain(crm.prior_variance)}, stop once the lowest dose exceeds {words.percent(crm.limit)} with {words.percent(crm.certainty)} certainty, no dose skipped, only a dose that was tried is named; other first guesses give other shares. “Not alone” means that other doses have the same rate.")

# %% tags=["prose"]
aim = load.table("methods").set_index("method").loc["three_plus_three_aim"]
better = design.curves_where_better(designs)
page.say(f"""
With nobody harmed in any group, all three rules end at the highest dose, so what happened would have been the same under each; they differ in what they would have done had someone been harmed.
The 3+3 rule tends to land where {words.between(aim.lower / 100, aim.upper / 100)} are harmed {page.cite(aim.source)}, so it aims lower than {words.percent(target)}, and “right” at that target favours the other two.
With so few people that is not decisive: BOIN names the right dose more often than reading A in {words.count_of(better["BOIN"], len(curves))} assumed truths, and the CRM in {words.count_of(better["CRM"], len(curves))}.
""")

# %% [markdown]
# ## Harm this rule could not see
#
# The rule counts harm that appears soon, is judged dose-limiting, and strikes often enough to show among a few people.

# %% tags=["prose"]
page.say(f"""
For how many days after the injection a harm counted as a DLT is not in what we read; what came later was no DLT, though the board saw all data before each step {page.cite("reg_stems")}.
At the earliest, the highest dose was opened on day {words.number(calendar[calendar.cohort == cohorts.cohort.iloc[-1]].injection_day.iloc[0])}, when the first person had been watched that long and the latest for {words.things(int(rules.value.months_between_cohorts), "month")}; harm that takes longer came after the decision.
A harm that strikes {words.one_in(0.05)} would be seen in none of {words.in_words(people)} people {words.in_hundred(intervals.probability_none(0.05, people))} times.
""")

# %%
page.table(load.table("checklist"), "Items of the reporting checklist for early dose-finding trials that we saw, and where we found an answer.", columns=design.CHECKLIST, name="checklist", kinds="derived", sources=["consortdefine"],
           note="Only the first items of the checklist were seen; the answers are our reading of what we read.")

# %% [markdown]
# ## What this cannot tell us
#
# - What counted as a DLT, and for how long: both decide what the rule could see.
# - How often harm really strikes at any dose: the rates on this page are assumed.
# - Whether a higher dose could be given: none was tried.
# - Whether more cells do more good.

# %% [markdown]
# ## What would change our mind
#
# - The protocol, with the definition of a DLT, its window, and what was planned for two DLTs at once.
# - The dates of the injections and the doses that were in fact given.
# - A reason for the top of the ladder.

# %% [markdown]
# ## References

# %%
page.table(summary.as_read(load.keyed("design_rules", "dose_steps", "sister_doses", "guidelines", "methods")), "Numbers read for this chapter, used above or not.", name="as-read", source_column="Source", folded="Show all of them")
page.references()
