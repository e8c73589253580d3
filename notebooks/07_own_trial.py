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
from trial.own_trial import changes, counts, files, frames, privacy, sentences, visits

given = files.read(own_trial, seed, cohort_order, treatment_emergent_only, related_terms, imaging_parameters, biomarker_parameters, control, population, analysis_flag, derived_records)
trial = privacy.together(given, smallest_cell)
said, kinds, not_drawn = sentences.trial_said(trial), frames.kinds(trial), frames.people_drawn(trial, smallest_cell)
page.about(f"{words.sentence(said)}, {words.things(len(trial.people), 'person', 'people')}")

# %%
overview, worst, terms = counts.shown(trial, confidence, smallest_cell)
scans = changes.of_kind_tested(trial, "imaging", visits.tested(trial, "imaging", imaging_visit), alpha, confidence, smallest_cell)
fluids = changes.of_kind_tested(trial, "biomarker", visits.tested(trial, "biomarker", biomarker_visit), alpha, confidence, smallest_cell)
panel = fluids.panel

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
page.say(sentences.answer(trial, overview, scans.tests, {"imaging": scans.panel, "other": panel}, confidence, alpha))

# %% [markdown]
# ## What the files hold
#
# Every share in this chapter is out of the people in the list of participants, whether they had an event or not.
# People appear as a cohort and a running number that follows neither the order of the files nor that of the identifiers.

# %%
page.table(frames.what_was_read(trial, smallest_cell), f"What was read of {said}.", name="files", kinds=kinds)

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
    page.table(by_what, f"People with events, and events in brackets, in {said}: {sentences.which_events(trial)}.", columns=frames.overview_columns(trial, smallest_cell), name="overview", kinds=kinds, note=sentences.hidden_note(smallest_cell))

# %%
if overview is not None:
    page.table(by_what, f"Shares of people with events in {said}, with exact intervals.", columns=frames.interval_columns(trial), name="intervals", kinds=kinds, note=sentences.intervals_note(trial, confidence))

# %% tags=["prose"]
page.say(f"""
{sentences.safety_said(trial, overview, confidence)}
Serious and severe are not the same: {page.cite("sae_def", brackets=False)} sets out what makes an event serious, {page.cite("ctcae_tab", brackets=False)} how strong it must be to count as severe.
""")

# %% [markdown]
# ## Which events, in whom
#
# The most frequent events stand first, and below them all of them, by group.
# A row stays even where a cohort has none.

# %%
if terms is not None and len(terms):
    by_term, often = frames.by_cohort(trial, terms, frames.TERM), counts.frequent(terms, frames.OFTEN)
    page.table(frames.frequent(by_term, often), f"The most frequent events of {said}: people (share) [events]; {sentences.which_events(trial)}.", columns=frames.term_columns(trial, grouped=False), name="frequent", kinds=kinds, note=sentences.rows_said(trial, often, by_term, confidence))

# %%
if terms is not None and len(terms):
    page.table(by_term, f"All events of {said} by group and name: people (share) [events].", columns=frames.term_columns(trial, grouped=True), name="terms", kinds=kinds, folded=f"Show all events, {words.things(len(by_term), 'row')}")

# %%
if worst is not None:
    page.table(frames.by_cohort(trial, worst, ["severity"]), f"People by the worst severity of their events in {said}.", columns=frames.severity_columns(trial), name="severity", kinds=kinds, note=sentences.SEVERITY)

# %% [markdown]
# ## When events came
#
# The order of events in time can matter more than their number: what comes on the first days may belong to the procedure.

# %%
if trial.events is not None and trial.events.day.notna().any() and not not_drawn:
    page.chart(draw.timeline, frames.timeline(trial), f"When the events of {said} began, person by person.", name="own-timeline", kinds=kinds, simulated=trial.simulated, emergent=trial.emergent)

# %%
if trial.events is not None and trial.people.days.notna().any():
    page.table(counts.rates(trial, confidence, smallest_cell), f"Events per person-year in {said}.", columns=frames.RATES, name="rates", kinds=kinds, note="Exact Poisson interval, two-sided. It takes events to be independent and the rate to be constant, which is seldom quite true.")

# %% tags=["prose"]
page.say(sentences.time_said(trial, not_drawn, smallest_cell))

# %% [markdown]
# ## What changed on the scans
#
# Each person is compared with the same person's baseline.
# A change has several possible owners: the treatment, time, chance, and the way it was measured.

# %%
if len(scans.found) and smallest_cell == 1:
    page.chart(draw.lines, frames.lines(trial, "imaging"), f"Imaging measures of {said} over the visits.", name="own-lines", kinds=kinds, cohorts=trial.arms, simulated=trial.simulated)

# %%
if len(scans.found) and smallest_cell == 1:
    page.chart(draw.values, frames.values(trial, scans.found), f"Change of imaging measures at one visit in {said}.", name="own-values", kinds=kinds, cohorts=trial.arms, simulated=trial.simulated)

# %%
if len(scans.found):
    page.table(changes.at_tested(scans.summary, scans.visits), f"Change of imaging measures in {said}, by cohort.", columns=frames.summary_columns(smallest_cell), name="imaging-summary", kinds=kinds, note=sentences.means_note(confidence))
    page.table(frames.tests_made(scans.tests), f"Tests of the change in imaging measures of {said}.", columns=frames.test_columns(scans.tests, alpha, smallest_cell), name="imaging-tests", kinds=kinds, note=sentences.tests_note(trial, confidence))

# %% tags=["prose"]
page.say(sentences.tests_said(trial, scans.tests, "imaging", scans.visits, alpha))

# %% [markdown]
# ## What changed in other measures
#
# The more is measured, the more moves by luck.
# So the panel is looked at as a whole, before any single measure is.

# %%
if panel.sds.notna().any():
    page.chart(draw.volcano, panel, f"The panel of {said} as a whole: size of change against p-value.", name="own-volcano", kinds=kinds, alpha=alpha, control=trial.control, simulated=trial.simulated, data=panel.head(frames.MOST_ROWS), columns=frames.panel_columns(trial, smallest_cell))

# %%
if len(panel):
    page.table(panel.head(frames.MOST_ROWS), f"Measures of the panel of {said}, smallest p-value first.", columns=frames.panel_columns(trial, smallest_cell), name="panel", kinds=kinds, note=sentences.panel_note(trial))

# %%
if len(panel) and smallest_cell == 1:
    page.chart(draw.values, frames.values(trial, fluids.found, panel.code), f"The measures of the panel of {said} with the smallest p-values.", name="own-panel-values", kinds=kinds, cohorts=trial.arms, simulated=trial.simulated)

# %%
if len(fluids.found):
    means = frames.by_cohort(trial, changes.at_tested(fluids.summary, fluids.visits), frames.MEASURE)
    page.table(means, f"Mean change of other measures in {said}, by cohort: mean (limits) [people].", columns=frames.mean_columns(trial), name="other-summary", kinds=kinds, note=sentences.means_note(confidence), folded=f"Show the mean changes of {words.things(len(means), 'measure')}")
    page.table(frames.tests_made(fluids.tests), f"Tests of the change in other measures of {said}.", columns=frames.test_columns(fluids.tests, alpha, smallest_cell), name="other-tests", kinds=kinds, note=sentences.tests_note(trial, confidence), folded="Show every test")

# %% tags=["prose"]
page.say(sentences.panel_said(trial, panel, fluids.tests, fluids.visits, alpha))

# %% [markdown]
# ## If one person had not been there
#
# In a small trial a single person can carry a result.
# Leaving out each person in turn shows whether one carries what was found.

# %%
alone = changes.without_one_of(trial, [scans, fluids], alpha, smallest_cell)
if len(alone):
    page.table(alone.head(frames.MOST_ROWS), f"Findings of {said} when each person is left out in turn.", columns=frames.WITHOUT_ONE, name="without-one", kinds=kinds)

# %% tags=["prose"]
page.say(sentences.without_one_said(trial, [scans.panel, panel], alone, smallest_cell, alpha))

# %%
tests = changes.both([scans, fluids], "tests")
page.record_table(counts.results(trial, overview, tests))
page.hand_out("own_warnings", counts.hand_out(trial.warnings, smallest_cell))
page.hand_out("own_change", counts.hand_out(changes.both([scans, fluids], "summary"), smallest_cell))
page.hand_out("own_tests", counts.hand_out(tests, smallest_cell))

# %%
if trial.events is not None:
    page.hand_out("own_overview", counts.hand_out(overview))
    page.hand_out("own_events", counts.hand_out(terms))

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
