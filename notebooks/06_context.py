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
# # What happens without these cells, and what did other trials find?
#
# Twelve people had nobody beside them to compare with; this chapter sets other people beside them, and says how far each of them is from being a comparison.

# %% tags=["parameters"]
confidence: float = 0.95  # coverage of every interval, share; the habit of the field

# %%
from reporting import page
from trial import context, load, summary, words
from trial.charts import context as draw
from trial.charts import safety as draw_safety
from trial.methods import intervals

# %%
progression, participants = load.table("progression"), load.table("trial_participants")
sisters, findings, controlled = load.table("sister_trials"), load.table("sister_findings"), load.table("controlled_trials")
outcomes, prevalence, conflicts = load.table("safety_outcomes"), load.table("prevalence"), load.table("conflicts")
entry = participants[participants.measure == "EDSS for entry"].set_index("trial")

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
groups = context.placebo_groups(progression, participants)
fewest, most = groups.share.min(), groups.share.max()
people = int(outcomes.people.iloc[0])
walking = participants[participants.measure == "needed help to walk at the start"].iloc[0]
pooled = context.related_serious(sisters, outcomes, confidence).iloc[-1]
yes, no = (set(controlled[controlled.cells & (controlled.met == met)].trial) for met in ("yes", "no"))
page.say(f"""
On placebo, {words.between(fewest, most)} of people in other trials of progressive MS got measurably worse, over about two years where we read how long.
Of {words.in_words(people)} such people {words.number(fewest * people)} to {words.number(most * people)} would get worse on average, by chance fewer or more, and the others would not.
Those trials took other people: in one of them {words.plain(100 - walking.value)}% needed no help to walk at the start {page.cite(walking.source)}.
Of most we did not read how affected people were.

One other small trial of fetal cells counted serious harm put down to the cells, and saw {"some" if pooled.people_with else "none"}.
Where some people got cells and others a placebo or a sham, cells met the outcome in {words.things(len(yes), "trial")} and missed it in {words.in_words(len(no))}.

None of this is a comparison group for STEMS: it is what a reader needs in order not to read too much into twelve people.
""")

# %%
page.record("context.share_worse_untreated_lowest", fewest, unit="share of people", method="lowest of the placebo groups read; as printed")
page.record("context.share_worse_untreated_highest", most, unit="share of people", method="highest of the placebo groups read; as printed")
page.record("context.related_serious_pooled", pooled.people_with / pooled.people, pooled.lower, pooled.upper, "share of people", "Clopper-Pearson, two-sided; the two trials of fetal cells that counted related serious events, pooled; one that counted severe events is left out")

# %% [markdown]
# ## Untreated, some get worse and some do not
#
# A trial with a control group shows what happens to people who get no treatment that works.
# Whoever stays the same after a treatment may have stayed the same without it.
# Disability in MS is counted on a scale on which a higher number means more of it (EDSS).
# The people had MS that rises steadily after years of relapses (secondary progressive, SPMS) or from the start (primary progressive, PPMS).

# %%
worse = groups.sort_values("share", ascending=False, kind="stable", ignore_index=True)
page.chart(draw.progression, worse, "People on placebo who got measurably worse, by trial.", name="progression", kinds="reported",
           data=groups, columns=context.PLACEBO_GROUPS, source_column="Source", sources=context.sources_of(worse),
           note="Each trial had its own rule for what counts as worse and its own length; nothing is pooled.")

# %% tags=["prose"]
ascend = progression[progression.trial == "ASCEND"].iloc[0]
began = participants[(participants.trial == "ASCEND") & (participants.unit == "percent")].iloc[0]
steady = intervals.count_distribution(ascend.value / 100, people)
page.say(f"""
In ASCEND, where {words.plain(began.value)}% began at {began.measure.removesuffix(" at the start")}, {words.plain(ascend.value)}% got worse in {words.number(ascend.weeks)} weeks by a composite measure {page.cite("ascend")}.
At that rate (borrowed, so assumed), {words.number(people)} untreated people would on average be {words.number(people * ascend.value / 100, 1)} worse and {words.number(people - people * ascend.value / 100, 1)} not, and a count anywhere from {words.between(*context.central_counts(steady, confidence), words.number)} would be usual ({words.percent(confidence)}).
So people who stay as they were for two years are no sign of an effect by themselves, and people who get worse are no sign of harm; for the people here neither count is in what we read.
""")

# %% [markdown]
# ## Those trials end where this one begins
#
# What holds for people at one part of the scale need not hold at another.
# One of the trials beside this one used cells made from people's own bone marrow (MSC-NP).

# %%
page.table(context.who_was_let_in(participants), "How affected people were, here and elsewhere.", columns=context.WHO_WAS_LET_IN, name="let-in", kinds="reported", source_column="Source")

# %% tags=["prose"]
seven = progression[progression.outcome.str.startswith("median time")].set_index("trial")
page.say(f"""
This trial took people from an EDSS of {words.plain(entry.lower.STEMS)} upwards {page.cite("genchi2023")}; MS-STAT2 and the second MSC-NP trial stopped at {words.plain(entry.upper["MS-STAT2"])} {page.cite("msstat2_news", "harris2024")}.
So what those two saw is what happens up to the point where this trial starts.
Of the rates above we read no upper end: {words.plain(began.value)}% of ASCEND began just below or at that point {page.cite("ascend")}, in EXPAND {words.plain(walking.value)}% needed help to walk {page.cite("expand")}, and whether any came from people further on is not in what we read.
How slow the road can be shows in PPMS: half had come to a confirmed EDSS of seven after about {words.number(seven.value.ORATORIO, 1)} years on placebo (extrapolated) and {words.number(seven.value.MSBase, 1)} in a registry {page.cite("butzkueven2022")}.
""")

# %%
page.table(context.years_to_a_wheelchair(progression), "Time to a confirmed EDSS of seven in PPMS.", columns=context.YEARS_TO_A_WHEELCHAIR, name="seven", kinds="reported", source_column="Source")

# %% [markdown]
# ## Getting better without treatment
#
# People with progressive MS can also score better at a later visit, on a good day or by chance.
# One trial of other cells shows how often, because it had people who got salt water.
# Its outcome was a composite of disability tests (EDSS-Plus).

# %%
better = context.improved(controlled, findings, confidence)
page.chart(draw_safety.k_of_n, better, "People who got better: with cells and nobody to compare with, with cells, and with salt water.", name="better", kinds="reported derived",
           sources=["harris2016", "harris2021", "harris2024"], data=better, columns=context.COUNTS, source_column="Source",
           note="Of the last two rows the counts are worked out from printed shares. The first two counted differently, over other times.")

# %% tags=["prose"]
water, given = better.iloc[-1], better.iloc[-2]
lost = findings[findings.finding.str.contains("not fully kept")].iloc[0]
page.say(f"""
With salt water {words.count_of(water.people_with, water.people)} people got better, with cells {words.count_of(given.people_with, given.people)} {page.cite("harris2024")}.
Before that trial there were only people who had cells, {words.count_of(better.people_with.iloc[0], better.people.iloc[0])} and {words.count_of(better.people_with.iloc[1], better.people.iloc[1])} of whom got better {page.cite("harris2016", "harris2021")}, and nothing in those counts could tell that salt water would do as well.
Of the {words.number(lost.people)} who were still better after two years, {words.number(lost.people_with)} had not fully kept the improvement {page.cite(lost.source)}.
The limits are wide in every row, so a real benefit of a modest size is not excluded either.
""")

# %% tags=["prose"]
digest = findings[findings.finding.str.startswith("people with more disability")].iloc[0]
limit = intervals.clopper_pearson(digest.people_with, digest.people, confidence).upper
yearly = 1 - (1 - ascend.value / 100) ** (52 / ascend.weeks)
page.say(f"""
The sister trial of fetal cells has the opposite sign: a news digest says that {words.count_of(digest.people_with, digest.people)} people had more disability after a year {page.cite("leone_news")}, which fits rates up to {words.percent(limit)} (exact, two-sided).
If {words.percent(yearly)} got worse in a year, as the rate of ASCEND would give if it were steady (assumed), none in {words.number(digest.people)} would come up {words.in_hundred(intervals.probability_none(yearly, int(digest.people)))} times.
That is worth noting, and it is not a comparison: those people were more affected than most in ASCEND, a step on the scale is longer there, and what counted as more disability is not in what we read.
""")

# %% [markdown]
# ## Other cell trials, side by side
#
# Several groups have put cells into the brain, the spinal cord or the fluid around them.
# They differ in cells, place, disease and in what they counted.

# %%
arm = findings[findings.finding.str.contains("at 6 and 12 months")].iloc[0]
page.table(sisters, "Other cell trials that we read of.", columns=context.SISTER_TRIALS, name="sisters", kinds="reported derived", source_column="Source",
           note="Months of follow-up, worked out from years where these were printed; empty where we did not read them. "
                f"In PISCES-2 arm function was better by that amount in {words.count_of(arm.people_with, arm.people)} {arm.finding.split('amount ')[1]}.")

# %%
fetal = context.related_serious(sisters, outcomes, confidence)
page.chart(draw_safety.k_of_n, fetal, "Serious or severe harm put down to fetal cells.", name="fetal", kinds="reported derived", sources=["genchi2023", "leone_mw", "mazzini2015"],
           data=fetal, columns=context.COUNTS, source_column="Source", note="Only trials that counted serious events are added up; the ALS trial counted severe ones, which is another thing. They were in different diseases and lasted for different times.")

# %% tags=["prose"]
donor = conflicts[conflicts.about == "donors in hNSC-SPMS"].iloc[0]
als = fetal[fetal.source == "mazzini2015"].iloc[0]
page.say(f"""
The trials of fetal cells that counted serious harm put down to the cells saw it in {words.count_of(pooled.people_with, pooled.people)} people together {page.cite("genchi2023", "leone_mw")}, which still fits a rate of up to {words.percent(pooled.upper)} (exact, two-sided).
The Italian trial in ALS, another disease of nerve cells, counted severe events instead, and saw them in {words.count_of(als.people_with, als.people)} people {page.cite(als.source)}; it is shown and not added, because severe says how intense an event is and serious what it leads to.
Trials that end well are published sooner and read more widely, so the true picture may be less even than the table.
Sources disagree on the donors of the sister trial: {donor.says_a} by its registry {page.cite(donor.source_a)}, a single one by the news {page.cite(donor.source_b)}.
""")

# %% [markdown]
# ## When there was a control group
#
# A control group turns a hope into a comparison.
# The table has every trial with one that we read, whatever it found.

# %%
page.table(controlled, "Trials with a control group.", columns=context.CONTROLLED_TRIALS, name="controlled", kinds="reported derived", source_column="Source",
           note="Signs as printed in the sources: for brain volume a minus is a loss, for MS-STAT the loss is printed as positive. In brackets: 95% intervals as printed. Met is empty where the outcome was not the main one, or where the source does not say.")

# %% tags=["prose"]
met = controlled.groupby("met").trial.nunique()
lesions = controlled[controlled.trial == "MESEMS"].iloc[0]
sham = controlled[(controlled.trial == "IT-MSC, IV-MSC or sham") & (controlled.value_unit == "percent")].iloc[0]
page.say(f"""
Of the trials that say, {words.in_words(met.yes)} met an outcome and {words.in_words(met.no)} did not; these are the ones we came upon, not all there are.
With cells the record is mixed: MESEMS found no difference in new lesions with mesenchymal cells (rate ratio {words.number(lesions.effect, 2)}, {words.number(lesions.lower, 2)} to {words.number(lesions.upper, 2)}) {page.cite("mesems2021")}, the MSC-NP trial did not meet its outcome {page.cite("harris2024")}, and a trial against sham did, with failure in {words.plain(sham.treatment_value)}% against {words.plain(sham.comparator_value)}% {page.cite("petrou_tab")}.
None of these trials used the cells of STEMS.
""")

# %% [markdown]
# ## How many people live with MS
#
# The news item gives a number of people with MS; other sources give others.

# %%
living = prevalence[prevalence.measure == "people_living_with_ms"]
page.chart(draw.prevalence, living, "People living with MS, by source.", name="prevalence", kinds="reported", sources=context.sources_of(living),
           data=living, columns=context.LIVING_WITH_MS, source_column="Source")

# %%
page.table(prevalence, "How many people live with MS, and who they are.", columns=context.PREVALENCE, name="prevalence-table", kinds="reported", source_column="Source")

# %%
page.table(conflicts[conflicts.chapter == "06_context"], "Where two sources say different things.", columns=context.DISAGREEMENTS, name="disagreements", kinds="reported", source_column="Sources")

# %% tags=["prose"]
counts = prevalence[(prevalence.measure == "people_living_with_ms") & (prevalence.place == "United States")].sort_values("value")
ratios = prevalence[prevalence.measure == "women_per_man"].value
page.say(f"""
For the United States the figures run from {words.number(counts.value.iloc[0])} {page.cite(counts.source.iloc[0])} to the news item's {words.number(counts.value.iloc[-1])} {page.cite(counts.source.iloc[-1])}; they count different people in different years, and none of them is wrong by that alone.
All say that more women than men have MS, {words.between(ratios.min(), ratios.max(), words.plain)} for each man.
These figures do not bear on whether the cells work; they say how many people wait for the answer.
""")

# %% [markdown]
# ## A timeline
#
# The trial stands in a row of others, before and after.

# %%
dates = load.table("timeline")
page.chart(draw.timeline, dates, "This trial among others, by date.", name="timeline", kinds="reported", columns=context.TIMELINE, source_column="Source", sources=context.sources_of(dates))

# %% tags=["prose"]
span = context.years_of_stems(dates)
page.say(f"""
From the start of this trial to its paper it took {words.number(span, 1)} years, for {words.in_words(people)} people.
The two later trials in the row, of MSC-NP cells and of simvastatin, each had a control group and did not meet their outcomes.
An answer on these cells needs a trial with a comparison group, and we have read of none.
""")

# %% [markdown]
# ## What this cannot tell us
#
# - How the people of this trial would have fared without it: nobody like them was followed beside them.
# - Whether one kind of cell does better than another: trials differ in too much else.
# - How complete this picture is: it holds what we read, which is not a search of all there is.

# %% [markdown]
# ## What would change our mind
#
# - People as affected as these, followed without treatment and measured in the same way.
# - The disability scores of the twelve people, before and after, which the article probably gives.
# - Harm counted by one definition in all cell trials.

# %% [markdown]
# ## References

# %%
page.table(summary.as_read(load.keyed("sister_trials", "sister_findings", "controlled_trials", "progression", "trial_participants")), "Numbers read for this chapter, used above or not.", name="as-read", source_column="Source", folded="Show all of them")
page.references()
