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
# This chapter takes the files of a trial, person by person, and says what they hold: how many people had which events, what changed, and how much of it so many people can bear out.
# As long as no files are named it shows a simulated trial, so that you see what you would get; nothing in it is about a real person.

# %% tags=["parameters"]
own_trial: str = ""  # folder, relative to where make was called; empty: the simulated example that ships
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
smallest_cell: int = 1  # people; counts below it, and above none, are not shown
confidence: float = 0.95  # share; coverage of every interval, the habit of the field
alpha: float = 0.05  # two-sided level of a test, share; the habit of the field
seed: int = 2023  # whole number; deals out the running numbers of people

# %%
from reporting import page
from trial import words
from trial.charts import own_trial as draw
from trial.own_trial import changes, counts, files, frames, sentences, visits

trial = files.read(own_trial, seed, cohort_order, treatment_emergent_only, related_terms, imaging_parameters, biomarker_parameters, control, population, analysis_flag, derived_records)
said, kinds, count = sentences.trial_said(trial), frames.kinds(trial), len(trial.people)
scan_visits, fluid_visits = visits.tested(trial, "imaging", imaging_visit), visits.tested(trial, "biomarker", biomarker_visit)

# %%
scans, fluids = changes.all_tests(trial, "imaging", scan_visits, alpha), changes.all_tests(trial, "biomarker", fluid_visits, alpha)
panel = changes.panel(fluids, changes.at_visit(trial, "biomarker", fluid_visits), alpha)
overview = None if trial.events is None else counts.hide(counts.overview(trial, confidence), ["what"], smallest_cell)
not_drawn = frames.people_drawn(trial, smallest_cell)

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
page.say(sentences.answer(trial, overview, scans, panel, confidence, alpha))

# %% [markdown]
# ## What the files hold
#
# Every share in this chapter is out of the people in the list of participants, whether they had an event or not.
# People appear as a cohort and a running number that follows neither the order of the files nor that of the identifiers.

# %%
page.table(frames.what_was_read(trial), f"What was read of {said}.", name="files", kinds=kinds)

# %% [markdown]
# ## What to check in the files
#
# Files have gaps and slips.
# Those listed here did not stop the analysis, but each of them can move a number below; what is not recorded is never counted as a no.

# %%
page.table(frames.warnings(trial), f"What the checks found in the files of {said}.", columns=frames.warning_columns(smallest_cell), name="warnings", kinds=kinds)

# %% [markdown]
# ## How many people had an event
#
# People are counted once in each row, however many events they had; events stand in square brackets.
# Serious is about what an event led to, severe about how strong it was, and related about what a doctor thought of its cause.

# %%
if overview is not None:
    by_what = frames.by_cohort(trial, overview, ["what"])
    page.table(by_what, f"People with events, and events in brackets, in {said}: {sentences.which_events(trial)}.", columns=frames.overview_columns(trial, smallest_cell), name="overview", kinds=kinds)

# %%
if overview is not None:
    page.table(by_what, f"Shares of people with events in {said}, with exact intervals.", columns=frames.interval_columns(trial), name="intervals", kinds=kinds, note="Clopper-Pearson, two-sided: how often such people might have the event, if they are like those of the trial.")

# %% tags=["prose"]
page.say(f"""
{sentences.safety_said(trial, overview, confidence)}
Serious and severe are not the same: {page.cite("sae_def", brackets=False)} sets out what makes an event serious, {page.cite("ctcae_tab", brackets=False)} how strong it must be to count as severe.
""")

# %% [markdown]
# ## Which events, in whom
#
# Groups stand by how many people had any of their events, and so do the events within a group.
# A row stays even where a cohort has none.

# %%
if trial.events is not None and len(trial.events):
    terms = counts.hide(counts.event_table(trial), ["system_organ_class", "term"], smallest_cell)
    by_term = frames.by_cohort(trial, terms, frames.TERM)
    page.table(by_term.head(frames.MOST_ROWS), f"Events of {said} by group and name: people (share) [events]; {sentences.which_events(trial)}.", columns=frames.term_columns(trial, smallest_cell), name="terms", kinds=kinds, note=sentences.terms_note(by_term))

# %%
if trial.events is not None:
    worst = counts.hide(counts.worst_severity(trial), ["severity"], smallest_cell)
    page.table(frames.by_cohort(trial, worst, ["severity"]), f"People by the worst severity of their events in {said}.", columns=frames.severity_columns(trial, smallest_cell), name="severity", kinds=kinds)

# %% [markdown]
# ## When events came
#
# The order of events in time can matter more than their number: what comes on the first days may belong to the procedure.

# %%
if trial.events is not None and trial.events.day.notna().any() and not not_drawn:
    page.chart(draw.timeline, frames.timeline(trial), f"When the events of {said} began, person by person.", name="own-timeline", kinds=kinds, simulated=trial.simulated, emergent=trial.emergent)

# %%
if trial.events is not None and trial.people.days.notna().any():
    page.table(counts.rates(trial, confidence, smallest_cell), f"Events per person-year in {said}.", columns=frames.RATES, name="rates", kinds=kinds, note="Exact Poisson interval. It takes events to be independent and the rate to be constant, which is seldom quite true.")

# %% tags=["prose"]
page.say(sentences.time_said(trial, not_drawn))

# %% [markdown]
# ## What changed on the scans
#
# Each person is compared with the same person's baseline.
# A change has several possible owners: the treatment, time, chance, and the way it was measured.

# %%
if len(scans) and not not_drawn:
    page.chart(draw.lines, frames.lines(trial, "imaging"), f"Imaging measures of {said}, person by person.", name="own-lines", kinds=kinds, cohorts=trial.cohorts, simulated=trial.simulated)

# %%
if len(scans) and not not_drawn:
    page.chart(draw.values, frames.values(trial, "imaging", scan_visits), f"Change of imaging measures at one visit in {said}, every person shown.", name="own-values", kinds=kinds, cohorts=trial.cohorts, visit=visits.named(scan_visits), simulated=trial.simulated)

# %%
summary = changes.hide_summary(changes.change_summary(trial, "imaging"), smallest_cell)
if len(scans):
    page.table(changes.at_tested(summary, scan_visits).head(2 * frames.MOST_ROWS), f"Change of imaging measures in {said}, by cohort.", columns=frames.SUMMARY, name="imaging-summary", kinds=kinds)
    page.table(scans.head(2 * frames.MOST_ROWS), f"Tests of the change in imaging measures of {said}.", columns=frames.test_columns(alpha), name="imaging-tests", kinds=kinds, note=sentences.tests_note())

# %% tags=["prose"]
page.say(sentences.tests_said(trial, scans, "imaging", visits.named(scan_visits), alpha))

# %% [markdown]
# ## What changed in other measures
#
# The more is measured, the more moves by luck.
# So the panel is looked at as a whole, before any single measure is.

# %%
if panel.sds.notna().any():
    page.chart(draw.volcano, panel, f"The panel of {said} as a whole: size of change against p-value.", name="own-volcano", kinds=kinds, alpha=alpha, simulated=trial.simulated, data=panel.head(frames.MOST_ROWS), columns=frames.PANEL)

# %%
if len(panel):
    page.table(panel.head(frames.MOST_ROWS), f"Measures of the panel of {said}, smallest p-value first.", columns=frames.PANEL, name="panel", kinds=kinds, note="Signed rank, two-sided. Holm guards against any false finding, Benjamini-Hochberg limits the share of false ones among those found.")

# %%
if len(panel) and not not_drawn:
    page.chart(draw.values, frames.values(trial, "biomarker", fluid_visits, panel.code), f"The measures of the panel of {said} with the smallest p-values, every person shown.", name="own-panel-values", kinds=kinds, cohorts=trial.cohorts, visit=visits.named(fluid_visits), simulated=trial.simulated)

# %%
others = changes.hide_summary(changes.change_summary(trial, "biomarker"), smallest_cell)
if len(fluids):
    means = frames.by_cohort(trial, changes.at_tested(others, fluid_visits), frames.MEASURE).head(frames.MOST_ROWS)
    page.table(means, f"Mean change of other measures in {said}, by cohort; people in brackets.", columns=frames.mean_columns(trial), name="other-summary", kinds=kinds)
    page.table(frames.tests_by_measure(fluids).head(frames.MOST_ROWS), f"p-values of the change in other measures of {said}, with the smallest that so many people can give.", columns=frames.TESTS_BY_MEASURE, name="other-tests", kinds=kinds, note=sentences.tests_note())

# %% tags=["prose"]
page.say(sentences.panel_said(trial, panel, fluids, visits.named(fluid_visits), alpha))

# %% [markdown]
# ## If one person had not been there
#
# In a small trial a single person can carry a result.
# Leaving out each person in turn shows whether one does.

# %%
alone = changes.of_both_kinds(changes.without_one, trial, {"imaging": scan_visits, "biomarker": fluid_visits}, alpha)
if len(alone) and smallest_cell == 1:
    page.table(alone.head(frames.MOST_ROWS), f"Mean change and p-value when each person of {said} is left out in turn.", columns=frames.WITHOUT_ONE, name="without-one", kinds=kinds)

# %% tags=["prose"]
page.say(sentences.without_one_said(trial, alone, smallest_cell))

# %%
page.record_table(counts.results(trial, overview, counts.hand_out_tests(scans, fluids)))
page.hand_out("own_warnings", counts.hand_out_warnings(trial, smallest_cell))
page.hand_out("own_change", counts.hand_out_changes([summary, others]))
page.hand_out("own_tests", counts.hand_out_tests(scans, fluids))

# %%
if trial.events is not None:
    page.hand_out("own_overview", counts.hand_out_overview(overview, smallest_cell))
    page.hand_out("own_events", counts.hand_out_events(trial, smallest_cell))

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

# %% [markdown]
# ## References

# %%
page.references()
