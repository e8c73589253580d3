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
# # What would your own numbers say?
#
# This chapter turns to another trial, told by its files, person by person, or by one short file of counts.
# It says what was counted, what a rule for the dose lets through, what luck alone would say, and how much of it so many people can bear out.
# Published trials of nerve cells in Parkinson's disease are told by their counts: [exPDite](other_trials/expdite.html), [A9-DPC](other_trials/a9_dpc.html), [Kyoto](other_trials/kyoto.html).

# %% tags=["parameters"]
own_trial: str = ""  # folder of files, or a .yaml file of counts, relative to where make was called; empty: the simulated example that ships
cohort_order: list = []  # names, lowest dose first; empty: by dose, where it is known
control: str = ""  # name of a cohort; empty: the one called placebo, sham, control or vehicle
population: str = ""  # flag of adsl; empty: SAFFL for harm, ITTFL or FASFL for change against control
analysis_flag: str = ""  # such as ANL01FL; empty: flags only choose between several records
derived_records: list = []  # words (DTYPE), such as LOCF; empty: averages only
imaging_parameters: list = []  # codes (PARAMCD); empty: all in files that are called like scans
biomarker_parameters: list = []  # codes (PARAMCD); empty: all that are not imaging
imaging_visit: str = ""  # name (AVISIT); empty: the last planned one that half of each cohort reached
biomarker_visit: str = ""  # name (AVISIT); empty: as for imaging
treatment_emergent_only: bool = True  # true or false; events that began, or got worse, under treatment
related_terms: list = []  # words; empty: related, possible, probable, definite and the like
dlt_terms: list = []  # names of events (AEDECOD, AETERM) that limit the dose; empty: those that DLTFL flags
dlt_window_days: int = 28  # days after the first treatment within which such a named event limits the dose
reading: str = "A"  # of the 3+3 rule that files are judged by: A, B, C or K, as in chapter 01
smallest_cell: int = 1  # people; counts below it, and above none, are not shown
confidence: float = 0.95  # share; coverage of every interval, the habit of the field
alpha: float = 0.05  # two-sided level of a test, share; the habit of the field
power: float = 0.8  # chance to find an effect that is there, share; the habit of the field
seed: int = 2023  # whole number; deals out the running numbers of people

# %%
from reporting import page
from trial import load, words
from trial.charts import own_trial as draw
from trial.own_trial import changes, comparisons, counts_text, count_tables, counts_file, dlt_replay, dose_rules, event_counts, files_text, files_as_counts, frames, handouts, privacy, standard_tables
from trial.own_trial.adam import files, visits

numbers = counts_file.read(own_trial) if counts_file.named(own_trial) else None
trial = None if numbers else privacy.together(files.read(
    own_trial, seed, cohort_order=cohort_order, treatment_emergent_only=treatment_emergent_only, related_terms=related_terms, control=control,
    imaging_parameters=imaging_parameters, biomarker_parameters=biomarker_parameters, population=population, analysis_flag=analysis_flag,
    derived_records=derived_records, dlt_terms=dlt_terms, dlt_window_days=dlt_window_days), smallest_cell)
page.keep_tables(handouts.rests_on(trial) if trial else handouts.rests_on_counts(numbers, own_trial), numbers=smallest_cell == 1)

# %%
if trial:
    said, keys, kinds, not_drawn = files_text.trial_said(trial), (), frames.kinds(trial), frames.people_drawn(trial, smallest_cell)
    page.about(f"{words.sentence(said)}, {words.things(len(trial.people), 'person', 'people')}")
    limiting, steps, rows = (dlt_replay.by_dose(trial, confidence), dlt_replay.replay(trial, reading), standard_tables.rows(trial)) if smallest_cell == 1 else (None, None, {})
    overview, worst, terms = event_counts.publishable(trial, confidence, smallest_cell)
    scans = changes.of_kind_tested(trial, "imaging", visits.analysis_visits(trial, "imaging", imaging_visit), alpha, confidence, smallest_cell)
    fluids = changes.of_kind_tested(trial, "biomarker", visits.analysis_visits(trial, "biomarker", biomarker_visit), alpha, confidence, smallest_cell)
    panel = fluids.panel

# %%
if numbers:
    said, (keys, others) = counts_text.short_title(numbers), counts_text.split_sources(numbers)
    page.about(counts_text.title(numbers))
    found, happened, elsewhere = count_tables.outcomes(numbers, confidence), count_tables.events(numbers, confidence), count_tables.expected(numbers, confidence)

# %%
told_by = numbers or files_as_counts.of_files(trial, said, reading, [scans, fluids], smallest_cell)
claimed, given = comparisons.claims(told_by, confidence), "reported derived" if numbers else kinds
lets_through = dose_rules.characteristics(told_by, dose_rules.curves(load.table("dlt_curves"), len(told_by.doses)))
real, sizes = comparisons.effects(claimed, alpha), comparisons.next_trials(told_by, alpha, power, confidence)

# %% tags=["title", "prose"]
if numbers:
    page.say(f"**{counts_text.title(numbers)}**\n\n{counts_text.lede(numbers, found)}")

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
if trial:
    page.say(files_text.answer(trial, overview, scans.tests, {"imaging": scans.panel, "other": panel}, confidence, alpha, dlt_replay.short(trial, steps, limiting, reading), files_as_counts.in_short(told_by, claimed)))
else:
    page.say(counts_text.answer(numbers, found, claimed, confidence))

# %% [markdown]
# ## What was counted
#
# A count of a few people fits many truths; the limits say which.
# Events without a number of people stay events.

# %%
if numbers and len(found):
    page.chart(draw.leaves_open, count_tables.for_picture(found), f"What the counts of {said} leave open.", name="leaves-open", kinds="reported derived", sources=keys, trial=said, confidence=confidence, columns=count_tables.limit_columns(confidence))

# %%
if numbers and len(found):
    page.table(count_tables.by_dose(numbers, found, confidence), f"What was counted in {said}.", name="counted", kinds="reported derived", sources=keys)
if numbers and len(happened):
    page.table(happened, f"Events counted in {said}.", columns=count_tables.event_columns(confidence), name="events", kinds="reported derived", sources=keys, note=counts_text.EVENTS)
if numbers and len(elsewhere):
    page.table(elsewhere, f"What was seen in {said}, beside what a rate from elsewhere would give.", columns=count_tables.EXPECTED, name="expected", kinds="reported derived", sources=keys, note=counts_text.ELSEWHERE)

# %% tags=["prose"]
if numbers:
    page.say(counts_text.counted_said(numbers, found, elsewhere, confidence))

# %% [markdown]
# ## What the rule lets through
#
# A rule for the dose is judged by what it does where harm is real, at the sizes it has.

# %%
if lets_through is not None:
    page.table(lets_through, f"What {counts_text.whose_rule(told_by)} does over the doses of {said}, if harm were as assumed.", columns=dose_rules.columns(told_by), name="rule", kinds="assumed derived", note=counts_text.CURVES)
if len(passing := dose_rules.passing(told_by)):
    page.table(passing, f"Where a dose of {said} passes all the same.", columns=dose_rules.PASSING, name="passing", kinds="derived", folded="Show where a dose passes all the same")
if numbers and len(decided := dose_rules.decisions(numbers)):
    page.table(decided, f"What the rule makes of what was seen in {said}.", columns=dose_rules.DECISIONS, name="decisions", kinds="reported derived", sources=keys)
if trial and limiting is not None and len(limiting):
    page.table(limiting, f"People with dose-limiting harm in {said}, dose by dose.", columns=dlt_replay.BY_DOSE, name="dlt", kinds=kinds, note=f"Exact interval, two-sided ({words.level(confidence)}).")
if trial and steps is not None and len(steps):
    page.table(steps, f"Each decision of the 3+3 rule, replayed on {said}.", columns=dlt_replay.REPLAY, name="replay", kinds=kinds, folded="Show each decision")

# %% tags=["prose"]
if numbers and numbers.rule:
    page.say(counts_text.rule_said(numbers, lets_through))
if trial:
    page.say(dlt_replay.said(trial, steps, reading, smallest_cell) + files_as_counts.rule_said(trial, told_by, lets_through))

# %% [markdown]
# ## A difference between doses, or luck
#
# Before a difference between doses is explained, it is worth asking how often there would be one without any reason.

# %%
if len(claimed):
    page.table(claimed, f"What {'is' if numbers else 'may be'} said of one {'dose' if told_by.dosed else 'group'} of {said}, and what luck says.", columns=comparisons.claim_columns(told_by), name="luck", kinds=given, sources=keys, note=counts_text.luck_note(told_by, confidence))
if len(real):
    page.table(real, f"What a real difference would have shown in {said}.", columns=comparisons.effect_columns(alpha), name="real", kinds="assumed derived", note=counts_text.REAL, folded="Show what a real difference would have shown")

# %% tags=["prose"]
if numbers and len(claimed):
    page.say(f"{counts_text.claims_said(numbers, claimed, alpha)}\n\n{counts_text.effects_said(numbers, real, alpha)}")
if trial:
    page.say(files_as_counts.luck_said(trial, told_by, [scans, fluids], claimed, real, alpha, smallest_cell))

# %% [markdown]
# ## How large the next trial must be
#
# A size follows from the difference worth finding and from how much people differ; both are known only roughly.

# %%
if len(sizes):
    page.table(sizes, f"People the next trial needs, from the spread in {said}{' or a borrowed one' if numbers else ''}.", columns=comparisons.next_columns(sizes, confidence), name="next", kinds=f"assumed {'derived' if numbers else kinds}", note=counts_text.next_said(told_by, sizes, alpha, power, confidence))
page.table(count_tables.exclude(told_by, confidence), f"How many people without harm exclude it, beside {said}.", columns=count_tables.exclude_columns(told_by), name="exclude", kinds="derived", note=counts_text.exclude_said(told_by, confidence))

# %% [markdown]
# ## What is not known

# %% tags=["prose"]
if numbers:
    page.say(f"{counts_text.not_read_list(numbers)}\n\n{counts_text.sources_said([page.cite(key, brackets=False) for key in keys], others)}")
    page.record_table(count_tables.results(numbers, found))
else:
    page.say(counts_text.not_read_list(told_by))
page.record_table(event_counts.with_origin(trial, dose_rules.results(told_by, lets_through)))
page.record_table(event_counts.with_origin(trial, comparisons.results(told_by, claimed)))

# %% [markdown]
# ## What the files hold
#
# Every share in this chapter is out of the people in the list of participants, whether they had an event or not.
# People appear as a cohort and a running number that follows neither the order of the files nor that of the identifiers.

# %%
if trial:
    page.table(frames.what_was_read(trial, smallest_cell), f"What was read of {said}.", name="files", kinds=kinds)
if trial and len(rows.get("start", ())):
    page.table(frames.by_cohort(trial, rows["start"], ["measure", "level"]), f"How the people of {said} were at the start.", columns=standard_tables.start_columns(trial), name="start", kinds=kinds, note=standard_tables.START, folded="Show how people were at the start")
if trial and len(rows.get("ended", ())):
    page.table(frames.by_cohort(trial, rows["ended"], ["sort", "what"]), f"How the study ended for the people of {said}.", columns=standard_tables.ended_columns(trial), name="ended", kinds=kinds)

# %% [markdown]
# ## What to check in the files
#
# Files have gaps and slips.
# Those listed here did not stop the analysis, but each of them can move a number below; what is not recorded is never counted as a no.

# %%
if trial:
    checks = frames.warnings(trial)
    page.table(checks, f"What the checks found in the files of {said}.", columns=frames.without_empty(frames.WARNINGS, checks), name="warnings", kinds=kinds)

# %% [markdown]
# ## How many people had an event
#
# People are counted once in each row, however many events they had; events stand in square brackets.
# Serious is about what an event led to, severe about how strong it was, and related about what a doctor thought of its cause.

# %%
if trial and overview is not None:
    by_what = frames.by_cohort(trial, overview, ["what"])
    page.table(by_what, f"People with events, and events in brackets, in {said}: {files_text.which_events(trial)}.", columns=frames.overview_columns(trial, by_what), name="overview", kinds=kinds, note=files_text.hidden_note(smallest_cell))

# %%
if trial and overview is not None:
    page.table(by_what, f"Shares of people with events in {said}, with exact intervals.", columns=frames.interval_columns(trial), name="intervals", kinds=kinds, note=files_text.intervals_note(trial, confidence), folded="Show the shares with exact intervals")

# %% tags=["prose"]
if trial:
    page.say(f"""
{files_text.safety_said(trial, overview, confidence)}
Serious and severe are not the same: {page.cite("sae_def", brackets=False)} sets out what makes an event serious, {page.cite("ctcae_tab", brackets=False)} how strong it must be to count as severe.
""")

# %% [markdown]
# ## Which events, in whom
#
# The most frequent events stand first, and below them all of them, by group.
# A row stays even where a cohort has none.

# %%
if trial and terms is not None and len(terms):
    by_term, often = frames.by_cohort(trial, terms, frames.TERM), event_counts.frequent(terms, frames.OFTEN)
    page.table(frames.frequent(by_term, often), f"The most frequent events of {said}: people (share) [events]; {files_text.which_events(trial)}.", columns=frames.term_columns(trial, grouped=False), name="frequent", kinds=kinds, note=files_text.rows_said(trial, often, by_term, confidence))

# %%
if trial and terms is not None and len(terms):
    page.table(by_term, f"All events of {said} by group and name: people (share) [events].", columns=frames.term_columns(trial, grouped=True), name="terms", kinds=kinds, folded=f"Show all events, {words.things(len(by_term), 'row')}")

# %%
if trial and worst is not None:
    page.table(frames.by_cohort(trial, worst, ["severity"]), f"People by the worst severity of their events in {said}.", columns=frames.severity_columns(trial), name="severity", kinds=kinds, note=files_text.SEVERITY, folded="Show people by the worst severity")
if trial and len(rows.get("by_sort", ())):
    page.table(frames.by_cohort(trial, rows["by_sort"], ["sort", *frames.TERM]), f"Serious, related and severe events of {said}, and those that led to withdrawal: people (share) [events].", columns=standard_tables.sort_columns(trial), name="by-sort", kinds=kinds, folded="Show serious, related and severe events by name")
if trial and len(rows.get("listing", ())):
    page.table(rows["listing"], f"Deaths, serious events and withdrawals of {said}, one by one.", columns=standard_tables.LISTING, name="listing", kinds=kinds, folded=f"Show deaths, serious events and withdrawals, {words.things(len(rows['listing']), 'row')}")

# %% [markdown]
# ## When events came
#
# The order of events in time can matter more than their number: what comes on the first days may belong to the procedure.

# %%
if trial and trial.events is not None and trial.events.day.notna().any() and not not_drawn:
    page.chart(draw.timeline, frames.timeline(trial), f"When the events of {said} began, person by person.", name="own-timeline", kinds=kinds, simulated=trial.simulated, emergent=trial.emergent)

# %%
if trial and trial.events is not None and trial.people.days.notna().any():
    page.table(event_counts.rates(trial, confidence, smallest_cell), f"Events per person-year in {said}.", columns=frames.RATES, name="rates", kinds=kinds, note="Exact Poisson interval, two-sided. It takes events to be independent and the rate to be constant, which is seldom quite true.", folded="Show events per person-year")

# %% tags=["prose"]
if trial:
    page.say(files_text.time_said(trial, not_drawn, smallest_cell) + standard_tables.absent(trial, rows, smallest_cell))

# %% [markdown]
# ## What changed on the scans
#
# Each person is compared with the same person's baseline.
# A change has several possible owners: the treatment, time, chance, and the way it was measured.

# %%
if trial and len(scans.found) and smallest_cell == 1:
    page.chart(draw.lines, frames.lines(trial, "imaging"), f"Imaging measures of {said} over the visits.", name="own-lines", kinds=kinds, cohorts=trial.arms, simulated=trial.simulated)

# %%
if trial and len(scans.found) and smallest_cell == 1:
    page.chart(draw.values, frames.values(trial, scans.found), f"Change of imaging measures at one visit in {said}.", name="own-values", kinds=kinds, cohorts=trial.arms, simulated=trial.simulated)

# %%
if trial and len(scans.found):
    page.table(changes.at_tested(scans.summary, scans.visits), f"Change of imaging measures in {said}, by cohort.", columns=frames.summary_columns(scans.summary), name="imaging-summary", first=3, kinds=kinds, note=files_text.means_note(confidence))
    page.table(frames.tests_made(scans.tests), f"Tests of the change in imaging measures of {said}.", columns=frames.test_columns(scans.tests, alpha), name="imaging-tests", kinds=kinds, note=files_text.tests_note(trial, confidence), folded="Show every test")

# %% tags=["prose"]
if trial:
    page.say(files_text.tests_said(trial, scans.tests, "imaging", scans.visits, alpha))

# %% [markdown]
# ## What changed in other measures
#
# The more is measured, the more moves by luck.
# So the panel is looked at as a whole, before any single measure is.

# %%
if trial and panel.sds.notna().any():
    page.chart(draw.volcano, panel, f"The panel of {said} as a whole: size of change against p-value.", name="own-volcano", kinds=kinds, alpha=alpha, control=trial.control, simulated=trial.simulated, data=panel.head(frames.MOST_ROWS), columns=frames.panel_columns(trial, panel))

# %%
if trial and len(panel):
    page.table(panel.head(frames.MOST_ROWS), f"Measures of the panel of {said}, smallest p-value first.", columns=frames.panel_columns(trial, panel), name="panel", first=3, kinds=kinds, note=files_text.panel_note(trial))

# %%
if trial and len(panel) and smallest_cell == 1:
    page.chart(draw.values, frames.values(trial, fluids.found, panel.code), f"The measures of the panel of {said} with the smallest p-values.", name="own-panel-values", kinds=kinds, cohorts=trial.arms, simulated=trial.simulated)

# %%
if trial and smallest_cell == 1 and len(shifts := standard_tables.shifts(trial, [scans, fluids])):
    page.table(frames.by_cohort(trial, shifts, standard_tables.SHIFT), f"From where to where by the normal range, people of {said}.", columns=standard_tables.shift_columns(trial), name="shifts", kinds=kinds, folded="Show shifts by the normal range")
if trial and len(fluids.found):
    means = frames.by_cohort(trial, changes.at_tested(fluids.summary, fluids.visits), frames.MEASURE)
    page.table(means, f"Mean change of other measures in {said}, by cohort: mean (limits) [people], from what mean at baseline.", columns=frames.mean_columns(trial), name="other-summary", kinds=kinds, note=files_text.means_note(confidence), folded=f"Show the mean changes of {words.things(len(means), 'measure')}")
    page.table(frames.tests_made(fluids.tests), f"Tests of the change in other measures of {said}.", columns=frames.test_columns(fluids.tests, alpha), name="other-tests", kinds=kinds, note=files_text.tests_note(trial, confidence), folded="Show every test")

# %% tags=["prose"]
if trial:
    page.say(files_text.panel_said(trial, panel, fluids.tests, fluids.visits, alpha))

# %% [markdown]
# ## If one person had not been there
#
# In a small trial a single person can carry a result.
# Leaving out each person in turn shows whether one carries what was found.

# %%
if trial:
    alone = changes.without_one_of(trial, [scans, fluids], alpha, smallest_cell)
    if len(alone):
        page.table(alone.head(frames.MOST_ROWS), f"Findings of {said} when each person is left out in turn.", columns=frames.WITHOUT_ONE, name="without-one", kinds=kinds, folded="Show what is left without each person")

# %% tags=["prose"]
if trial:
    page.say(files_text.without_one_said(trial, [scans.panel, panel], alone, smallest_cell, alpha))

# %%
if trial:
    tests = changes.both_kinds([scans, fluids], "tests")
    page.record_table(event_counts.results(trial, overview, tests))
    page.record_table(event_counts.with_origin(trial, dlt_replay.results(trial, limiting)))
    page.hand_out("own_warnings", event_counts.hand_out(trial.warnings))
    page.hand_out("own_change", event_counts.hand_out(changes.both_kinds([scans, fluids], "summary")))
    page.hand_out("own_tests", event_counts.hand_out(tests))

# %%
page.keep("consort-define", handouts.CHECKLIST_CAPTION, handouts.checklist(load.table("checklist"), trial, numbers), handouts.CHECKLIST, handouts.CHECKLIST_NOTE)
if trial and trial.events is not None:
    page.hand_out("own_overview", event_counts.hand_out(overview))
    page.hand_out("own_events", event_counts.hand_out(terms))

# %% [markdown]
# ## What this cannot tell us
#
# - Whether the treatment was the cause of anything, unless chance decided who had which dose and someone had none.
# - What would have happened to the same people without it.
# - How people not in the trial would fare, or what comes after the last visit.
# - Whether the files are right: the checks see gaps and contradictions, not a wrong number in the right place.

# %% [markdown]
# ## What would change our mind
#
# - A group for comparison, chosen by chance, with the same visits and the same people looking.
# - More people, or the same finding in other people.
# - The list of measures and tests written down before anyone saw the numbers.

# %% [markdown] tags=["depth"]
# ## References

# %%
page.references()
