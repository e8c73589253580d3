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
# Twelve people had nobody beside them; this chapter sets others beside them, and says how far each of them is from a comparison.

# %% tags=["parameters"]
confidence: float = 0.95  # coverage of every interval, share; the habit of the field

# %%
from reporting import page
from trial import answers, context, load, numbers_read, safety, words
from trial.charts import context as draw
from trial.methods import intervals

# %%
progression, participants = load.table("progression"), load.table("trial_participants")
sisters, findings, controlled = load.table("sister_trials"), load.table("sister_findings"), load.table("controlled_trials")
outcomes, prevalence, conflicts = load.table("safety_outcomes").set_index("outcome"), load.table("prevalence"), load.table("conflicts")
rules = load.table("design_rules").set_index("rule")
entry = participants[participants.measure == "EDSS for entry"].set_index("trial")

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
groups = context.placebo_groups(progression, participants, confidence)
apart = groups[~groups.within]  # a range is told over those that are no part of another row
types, most = apart.groupby("population").share.agg(["min", "max"]), apart.loc[apart.share.idxmax()]
of_types = types.mul({"ppms": int(rules.value.people_ppms), "spms": int(rules.value.people_spms)}, axis=0).sum()
people = int(outcomes.people.iloc[0])
walking = participants[participants.measure == "needed help to walk at the start"].iloc[0]
harm = safety.harm_in_trials(sisters, outcomes, confidence)
pooled = safety.pooled_harm(harm, confidence).set_index("name").loc["fetal"]
yes, no = (set(controlled[controlled.cells & (controlled.met == met)].trial) for met in ("yes", "no"))
page.say(f"""
On placebo in other trials, {words.between(*types.loc["ppms"])} of people whose MS gets steadily worse from the start (primary progressive) got measurably worse, and {words.between(*types.loc["spms"])} where it does so after years of relapses (secondary progressive).
That was over about two years where we read how long.
Of the {words.in_words(people)}, {words.in_words(int(rules.value.people_ppms))} had the first kind and {words.in_words(int(rules.value.people_spms))} the second, says a charity's digest {page.cite(rules.source.people_ppms)}.
At those rates (borrowed, so assumed), {words.number(of_types["min"])} to {words.number(of_types["max"])} of {words.in_words(people)} people in that mix would get worse on average; by chance it could be fewer or more.
Those trials took other people: in one of them {words.plain(100 - walking.value)}% needed no help to walk at the start {page.cite(walking.source)}.

One other small trial of fetal cells in MS counted serious harm put down to the treatment, and saw {"some" if pooled.people_with else "none"}.
Where some people got cells and others a placebo or a sham, cells met the outcome in {words.things(len(yes), "trial")} and missed it in {words.in_words(len(no))}.

None of this is a comparison group for STEMS: it is what a reader needs in order not to read too much into twelve people.
""")

# %% tags=["prose"]
page.say(answers.EXPLAINED)

# %%
page.record("context.share_worse_untreated_lowest", apart.share.min(), unit="share of people", method="lowest of the placebo groups read; as printed")
page.record("context.share_worse_untreated_highest", apart.share.max(), unit="share of people", method="highest of the placebo groups read; as printed")

# %% [markdown]
# ## Untreated, some get worse and some do not
#
# A trial with a control group shows what happens to people who get no treatment that works.
# Whoever stays the same after a treatment may have stayed the same without it.
# Disability in MS is counted on a scale on which a higher number means more of it (EDSS).
# Most of the people here had primary progressive MS (PPMS).

# %%
page.chart(draw.progression, groups, "Placebo groups of other trials, by type of MS and by what each counted.", name="progression", kinds="reported derived",
           columns=words.headed(context.PLACEBO_GROUPS, level=words.level(confidence)), source_column="Source", sources=sorted(set(groups.source)),
           note=f"The highest is that of {words.number(most.people)} people. Rows that share people are marked; the range in the title leaves out a part of another row.")

# %% tags=["prose"]
ascend = progression[progression.trial == "ASCEND"].iloc[0]
began = participants[(participants.trial == "ASCEND") & (participants.unit == "percent")].iloc[0]
largest = groups[(groups.population == "ppms") & groups.weeks.notna()].sort_values("people").iloc[-1]
steady = intervals.count_distribution(largest.share, people)
page.say(f"""
In PPMS, {words.number(largest.people)} people on placebo were counted in {largest.trial}: {words.plain(largest.value)}% got worse in {words.number(largest.weeks)} weeks {page.cite(largest.source)}.
At that rate (borrowed, so assumed), {words.number(people * largest.share, 1)} of {words.number(people)} untreated people would get worse on average, and {words.number(people - people * largest.share, 1)} would not; a count anywhere from {words.between(*context.central_counts(steady, confidence), words.number)} would be usual ({words.level(confidence)}, two-sided, exact).
In SPMS, in ASCEND, where {words.plain(began.value)}% began at {began.measure.removesuffix(" at the start")}, it was {words.plain(ascend.value)}% by a composite measure, another kind of count {page.cite("ascend")}.
So people who stay as they were for two years are no sign of an effect by themselves, and people who get worse are no sign of harm.
{answers.sentence("disability", "How many of the people here got better or worse", cite=page.cite, unread=answers.MARK)}
""")

# %% [markdown]
# ## Those trials took less affected people, where we read it

# %% tags=["prose"]
page.say(f"""
This trial took people from an EDSS of {words.plain(entry.lower.STEMS)} upwards {page.cite("genchi2023")}; MS-STAT2 and the second trial of MSC-NP (cells made from people's own bone marrow) stopped at {words.plain(entry.upper["MS-STAT2"])} {page.cite("msstat2_news", "harris2024")}.
So what those two saw is what happens up to the point where this trial starts.
Of the rates above we read no upper end: {words.plain(began.value)}% of ASCEND began just below or at that point {page.cite("ascend")}, in EXPAND {words.plain(walking.value)}% needed help to walk {page.cite("expand")}, and whether any came from people further on is {answers.MARK}.
""")

# %% [markdown] tags=["depth"]
# ### How affected people were, trial by trial

# %%
page.table(context.who_was_let_in(participants), "How affected people were, here and elsewhere.", columns=context.WHO_WAS_LET_IN, name="let-in", kinds="reported", source_column="Source")

# %% tags=["prose"]
seven = progression[progression.outcome.str.startswith("median time")].set_index("trial")
page.say(f"""
PPMS shows how slow the road can be: half had come to a confirmed EDSS of seven after about {words.number(seven.value.ORATORIO, 1)} years on placebo (extrapolated) and {words.number(seven.value.MSBase, 1)} in a registry {page.cite("butzkueven2022")}.
""")

# %% [markdown]
# ## Getting better without treatment
#
# People with progressive MS can also score better at a later visit, on a good day or by chance.
# One trial of other cells shows how often, because it had people who got salt water.
# Its outcome was a composite of disability tests (EDSS-Plus).

# %%
better = context.improved(controlled, findings, confidence)
page.chart(draw.got_better, better, "People who got better, in three trials of MSC-NP cells.", name="better", kinds="reported derived",
           sources=["harris2016", "harris2021", "harris2024"], data=better, columns=words.headed(context.COUNTS, level=words.level(confidence)), source_column="Source",
           note="Of the last two rows the counts are worked out from printed shares. The first two counted differently, over other times.")

# %% tags=["prose"]
page.say(f"""
In the two trials before, everyone had cells: {words.count_of(better.people_with.iloc[0], better.people.iloc[0])} and {words.count_of(better.people_with.iloc[1], better.people.iloc[1])} people were better {page.cite("harris2016", "harris2021")}.
Such counts cannot tell how many would have been better on salt water; that took the third trial {page.cite("harris2024")}.
The limits are wide in every row, so neither a modest benefit nor a modest harm is excluded.
""")

# %% [markdown] tags=["depth"]
# ### What came later, and in people as affected as here

# %% tags=["prose"]
lost, after = findings[findings.finding.str.contains("not fully kept")].iloc[0], findings[findings.finding.str.contains("after two years")]
page.say(f"""
Of the {words.number(lost.people)} who were still better after two years, {words.number(lost.people_with)} had not fully kept the improvement {page.cite(lost.source)}.
When everyone had had both, after two years, {words.count_of(after.people_with.iloc[0], after.people.iloc[0])} were better, {words.number(after.people_with.iloc[1])} the same and {words.number(after.people_with.iloc[2])} worse, says a news digest {page.cite(after.source.iloc[0])}: with nobody left to compare with, that cannot be read as an effect.
""")

# %% tags=["prose"]
digest = findings[findings.finding.str.startswith("people with more disability")].iloc[0]
limit = intervals.clopper_pearson(digest.people_with, digest.people, confidence)
yearly = 1 - (1 - ascend.value / 100) ** (52 / ascend.weeks)
page.say(f"""
The sister trial of fetal cells points the other way: a news digest says that {words.count_of(digest.people_with, digest.people)} people had more disability after a year {page.cite("leone_news")}, which fits rates of {words.limits(limit)}.
If {words.percent(yearly)} got worse in a year, as the rate of ASCEND, by its composite, would give if it were steady (assumed), none in {words.number(digest.people)} would come up {words.in_hundred(intervals.probability_none(yearly, int(digest.people)))} times.
That is worth noting, and it is not a comparison: those people were more affected than most in ASCEND, a step on the scale is longer there, and what counted as more disability is {answers.MARK}.
""")

# %% [markdown]
# ## Other cell trials, side by side
#
# Several groups have put cells into the brain, the spinal cord or the fluid around them.
# Each counted harm in its own way; these did so in MS.

# %%
of_ms = harm[harm.disease.str.contains("MS")].reset_index(drop=True)
page.chart(draw.harm, of_ms, "People with serious or other harm put down to the cells, in this trial and in other early trials in MS.", name="sisters", kinds="reported derived",
           note="MSC-NP: cells made from the own bone marrow.", columns=words.headed(safety.SISTERS, level=words.level(confidence)), source_column="Source")

# %% tags=["prose"]
planned = findings[findings.finding.str.startswith("planned follow-up")].iloc[0]
aside = safety.left_aside(sisters[sisters.disease.str.contains("MS")], harm)
page.say(f"""
In {"none" if not of_ms.people_with.any() else "some"} of these {words.in_words(len(of_ms))} trials was anyone seen with the harm that was counted, yet in each of them a rate of about {words.percent(of_ms.upper.min())} would still fit (exact, two-sided {words.level(confidence)}).
Left out, for want of a judgement of cause in what we read: {words.listed([f"{row.trial}, where {words.count_of(row.events_people, row.people_followed)} people had {row.endpoint}" for row in aside.itertuples()])} {page.cite(*aside.source)}.
The nearest to this trial is hNSC-SPMS: {words.things(int(harm.people[harm.trial == "hNSC-SPMS"].iloc[0]), "person", "people")} given other fetal cells, into the fluid chambers of the brain, with a plan to watch them for {words.number(planned.value)} years {page.cite("leone_mw", planned.source)}.
What the two add up to [depends on a belief](02_safety.html#table-pooled).
Trials that end well may be published sooner and read more widely, so the true picture may be more mixed than this one.
""")

# %% [markdown] tags=["depth"]
# ### Other diseases, and sources that disagree

# %%
arm = findings[findings.finding.str.contains("at 6 and 12 months")].iloc[0]
page.table(context.sister_trials(sisters, confidence), "Other cell trials that we read of.", columns=words.headed(context.SISTER_TRIALS, level=words.level(confidence)), name="sister-trials", kinds="reported derived", source_column="Source",
           note="Months of follow-up, worked out from years where these were printed; empty where we did not read them. In brackets: a 95% interval as printed. "
                f"In PISCES-2 arm function was better by that amount in {words.count_of(arm.people_with, arm.people)} {arm.finding.split('amount ')[1]}.")

# %%
page.table(conflicts[conflicts.chapter == "06_context"], "Where two sources say different things.", columns=context.DISAGREEMENTS, name="disagreements", kinds="reported", source_column="Sources")

# %% [markdown]
# ## When there was a control group
#
# A control group turns a hope into a comparison.

# %%
page.table(controlled[controlled.cells], "Trials of cells in MS with a control group.", columns=context.CONTROLLED_TRIALS, name="controlled", first=3, kinds="reported derived", source_column="Source",
           note="In brackets: 95% intervals as printed. Met is empty where the outcome was not the main one, or where the source does not say.")

# %% tags=["prose"]
lesions = controlled[controlled.trial == "MESEMS"].iloc[0]
shams = controlled[(controlled.trial == "IT-MSC, IV-MSC or sham") & (controlled.value_unit == "percent")]
sham, arms = shams.iloc[0], [*shams.people_treatment, shams.people_comparator.iloc[0]]
page.say(f"""
With cells the record is mixed: MESEMS found no difference in lesions that take up contrast with mesenchymal cells (rate ratio {words.number(lesions.effect, 2)}, printed limits {words.number(lesions.lower, 2)} to {words.number(lesions.upper, 2)}) {page.cite("mesems2021")}, the MSC-NP trial did not meet its outcome {page.cite("harris2024")}, and a trial against sham did, with failure in {words.plain(sham.treatment_value)}% against {words.plain(sham.comparator_value)}% {page.cite("petrou_tab")}.
Of that trial we read a table that counts {words.listed([words.number(n) for n in arms])}; whether these are different people, or some of them counted under one treatment after another, is {answers.MARK}.
None of these trials used the cells of STEMS.
""")

# %% [markdown] tags=["depth"]
# ### Drugs against placebo in progressive MS

# %%
page.table(controlled[~controlled.cells], "Trials of drugs in progressive MS with a control group.", columns=context.CONTROLLED_TRIALS, name="controlled-drugs", first=3, kinds="reported derived", source_column="Source",
           note="Signs as printed in the sources: for brain volume a minus is a loss, for MS-STAT the loss is printed as positive. In brackets: 95% intervals as printed. Met is empty where the outcome was not the main one, or where the source does not say.")

# %% tags=["prose"]
met = controlled.groupby("met").trial.nunique()
page.say(f"""
Of the trials that say, cells or drugs, {words.in_words(met.yes)} met an outcome and {words.in_words(met.no)} did not; these are the ones we came upon, not all there are.
""")

# %% [markdown]
# ## The same inference three more times
#
# This trial says more of its highest dose than of the others.
# Small trials of nerve cells for Parkinson's disease have said the same of theirs.

# %% tags=["prose"]
doses = context.high_against_low(load.table("dose_groups"))
kyoto = doses[doses.trial == "Kyoto trial"].iloc[0]
page.table(doses, "Two doses, few people, and more said of the high one.", columns=context.HIGH_AGAINST_LOW, name="high-dose", first=3, kinds="reported derived", source_column="Source",
           note="By luck alone: how often the high dose has the better mean, if dose does nothing, people are alike and no means are equal. Least p: what an exact test of the two groups (one-sided) can reach at best.")
size = doses[doses.gap.notna()].iloc[0]
page.say(f"""
Each measured {words.in_words(int(doses.people_low.min()))} to {words.in_words(int(doses.people_high.max()))} people a dose, and each says more of the high dose.
Of two doses, luck alone puts the high one first {words.in_hundred(doses.luck.iloc[0])} times ([of four less often](03_imaging.html#luck-alone-can-put-the-highest-dose-first)), and in all {words.in_words(doses.trial.nunique())} trials at once {words.one_in(doses.luck.iloc[0] ** doses.trial.nunique())} times.
The Kyoto trial scanned {words.in_words(int(kyoto.people_low))} people at the low dose and {words.in_words(int(kyoto.people_high))} at the high one (worked out), so no exact test (one-sided) could give less than {words.probability(kyoto.least_p)}.
Of one alone, {size.trial}, we read both means and how much people differ, so that luck can be weighed against a size.
The means lie {words.number(size.gap, 1)} points apart: {words.number(size.errors, 1)} standard errors if people differ as much at both doses (assumed), p = {words.probability(size.p_value)} (t test, two-sided, {words.in_words(int(size.freedom))} degrees of freedom, from the {words.in_words(int(size.people_high))} at the high dose).
{"Luck would seldom give that, but nobody there was given a sham" if size.p_value < 0.05 else "Luck could give that, and nobody there was given a sham"}.
A trial that found the reverse might have said less of dose, so there may be others.
More on [exPDite](other_trials/expdite.html), [A9-DPC](other_trials/a9_dpc.html) and [Kyoto](other_trials/kyoto.html).
""")

# %% [markdown]
# ## What happened when

# %% tags=["prose"]
dates = load.table("timeline")
page.say(f"""
From the start of this trial to its paper it took {words.number(context.years_of_stems(dates), 1)} years, for {words.in_words(people)} people.
Since then trials of MSC-NP cells and of simvastatin, each with a control group, did not meet their outcomes.
An answer on these cells needs a trial with a comparison group, and we have read of none.
""")

# %% [markdown] tags=["depth"]
# ### The dates, one by one, and how many live with MS

# %%
page.table(dates, "This trial among others, by date.", columns=context.TIMELINE, name="timeline", kinds="reported", source_column="Source")

# %% tags=["prose"]
counts = prevalence[(prevalence.measure == "people_living_with_ms") & (prevalence.place == "United States")].sort_values("value")
page.say(f"""
Many wait for an answer: in the United States between {words.number(counts.value.iloc[0])} and {words.number(counts.value.iloc[-1])} people live with MS, by sources that counted different people in different years {page.cite(counts.source.iloc[0], counts.source.iloc[-1])}.
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
# - The disability scores of the twelve people, before and after.
# - Harm counted by one definition in all cell trials.

# %% [markdown] tags=["depth"]
# ## References

# %%
page.table(numbers_read.numbers(load.keyed("sister_trials", "sister_findings", "controlled_trials", "progression", "trial_participants", "prevalence")), "Numbers read for this chapter, used above or not.", name="as-read", source_column="Source", folded="Show all of them")
page.references()
