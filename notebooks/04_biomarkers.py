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
# # Did the spinal fluid change?
#
# Helpful molecules were said to rise in the spinal fluid after the injection; this chapter asks what was claimed, in whom it can have been seen, and what else makes such molecules rise.

# %% tags=["parameters"]
alpha: float = 0.05  # two-sided level of a test, share; the habit of the field
n_analytes: int = 50  # molecules measured in one panel; our assumption, since the number is not in what we read
power: float = 0.8  # chance to find a change that is there, share; the habit of the field
analyte_correlation: float = 0.2  # correlation of the changes of any two molecules in one person; our assumption
seed: int = 2023  # whole number; seed of the simulated panels

# %%
from reporting import page
from trial import answers, biomarkers, load, words
from trial.charts import biomarkers as draw
from trial.methods import exact_tests, intervals, small_trials

# %%
rules, cohorts = load.table("design_rules").set_index("rule"), load.table("cohorts")
people, per_dose = int(cohorts.people_treated.sum()), int(cohorts.people_treated.iloc[-1])

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
floor_all, floor_dose = (exact_tests.smallest_p_signed_rank(count, "two") for count in (people, per_dose))
false_rises = exact_tests.expected_false_increases(n_analytes, alpha)
any_false, any_tied, any_close = (small_trials.chance_of_false_increases(n_analytes, alpha, shared, 1, people) for shared in (0, analyte_correlation, biomarkers.CLOSE))
page.say(f"""
The authors report that molecules which calm inflammation or protect nerve cells rose after the treatment {page.cite("genchi2023")}; nobody without it was there to compare with.
{answers.sentence("molecules", "Which ones they were", cite=page.cite)}
If the fluid of {words.in_words(per_dose)} people was compared, {"no outcome at all could be told from luck" if floor_dose > alpha else "a rise in each of them could be told from luck"} by a test on ranks at {words.plain(100 * alpha)}%, two-sided.
A rise in each of all {words.in_words(people)} {"could" if floor_all <= alpha else "still could not"} be told from it.
Suppose {words.things(n_analytes, "molecule")} were tested in all {words.in_words(people)} (assumed), each by a t test at the same level, uncorrected.
Then at least one would be found to rise by luck {words.in_hundred(any_false)} times if molecules move independently, and {words.in_hundred(any_tied)} times if they move together a little (assumed).

Even a rise that is no luck would be a change after cells, anti-rejection drugs and a needle, in people who were getting worse when they entered.
It would show that something happened in the fluid, not that anyone was helped.
""")

# %% tags=["prose"]
page.say(answers.EXPLAINED)

# %% [markdown]
# ## What was said to rise, and when
#
# The abstract and the news item both speak of the spinal fluid, and they do not say quite the same.

# %% tags=["prose"]
page.say(f"""
Whether {words.in_words(people)} people or {words.in_words(per_dose)} stand behind the claim hangs on one turn of phrase.
The abstract says that molecules which calm inflammation or protect nerve cells rose after treatment, and names no dose {page.cite("genchi2023")}; the news item speaks of possibly helpful molecules after {words.plain(rules.value.spinal_fluid_months)} months, in a sentence that reads as if the rise was seen in those given the highest dose {page.cite("seed_nmss2023")}.
A digest names growth factors among what rose, and no molecule {page.cite("fnob2023")}.
A word such as *helpful* is the speaker's: the same molecule can help in one place and harm in another.
""")

# %% [markdown]
# ## What other trials saw move
#
# If the same molecule moved the same way in several trials, that would be worth more than any single report.
# In the MSC-NP trials the cells were made from each person's own bone marrow; in hNSC-SPMS fetal nerve stem cells were given in secondary progressive MS (SPMS).

# %%
every = biomarkers.directions(load.table("biomarkers"))
page.chart(draw.directions, every, "Molecules in the spinal fluid that moved after cells, by study.", name="directions", kinds="reported", sources=sorted(set(every.source)),
           note="None of these trials is a repeat of this one: they gave other cells, by other routes or in other doses.", columns=biomarkers.DIRECTIONS, source_column="Source")

# %% tags=["prose"]
named, apart = (biomarkers.named_again(every[every.direction != "unchanged"], whose) for whose in ("trial", "people_of"))
page.say(f"""
None of this can be set beside this trial as long as its molecules are not named.
Of {words.number(every.analyte.nunique())} molecules, {words.things(len(named), "moved", "moved")} in more than one study, {words.listed(named)}, but only {words.listed(apart) if apart else "none"} in more than one trial: the spinal fluid study took in people of phase II, and others.
CCL2, a signal that calls immune cells, fell in two trials of the same cells {page.cite("harris2021", "harris2024")}, and changed in that study {page.cite("mscnp_csf_pre")}.
NfL and GFAP, two markers of damage in the brain, did not change in the spinal fluid study; in blood, after other cells and without a control group, both fell {page.cite("petrou2025")}.
In the trial closest to this one, hNSC-SPMS, other molecules rose, those of energy metabolism {page.cite("leone_aini")}.
""")

# %% [markdown]
# ## Whose fluid was measured twice?
#
# How many people had two samples is the number that matters most here: without two, no change can be seen, and each costs a needle in the back.

# %%
floors = biomarkers.panels(range(1, people + 1), alpha)
page.chart(draw.smallest_p, floors, "The smallest p-value that few people can give.", name="floors", alpha=alpha, kinds="derived",
           data=floors[["people", "smallest_p"]].rename(columns={"people": "People with two samples", "smallest_p": "Smallest p-value, two-sided"}),
           note="Signed-rank test, two-sided, no ties. A test that trusts the size of the changes has no such floor, but then leans on an assumption that so few people cannot check.")

# %% tags=["prose"]
page.say(f"""
{answers.sentence("who_had_two_samples", "Who had two samples", cite=page.cite, unread=answers.MARK)}
A digest says that the fluid was examined before the injection too, not in how many people {page.cite("gaem2023")}.

If {words.in_words(per_dose)} people had them, the smallest p-value of a test on ranks is {words.probability(floor_dose)} (exact, two-sided), {"out of reach of" if floor_dose > alpha else "within reach of"} the level of {words.plain(alpha)} {"even " if floor_dose > alpha else ""}if the molecule rose in each; for {words.in_words(people)} it is {words.probability(floor_all)}.
A rise in all of {words.in_words(per_dose)} happens by luck {words.one_in(floor_dose / 2)} times, so without its size it can raise the odds of a true rise at most {words.plain(intervals.most_odds_can_rise(floor_dose / 2))}-fold.
A rise in each of {words.in_words(people)} would be another matter: luck gives it {words.one_in(floor_all / 2)} times, so for a molecule named beforehand it would leave little doubt that it changed, and still say nothing of the cause.
""")

# %%
page.record("biomarkers.min_p_signed_rank", floor_all, unit="p-value", method=f"exact signed rank, n = {people}, two-sided")
page.record("biomarkers.min_p_signed_rank_3", floor_dose, unit="p-value", method=f"exact signed rank, n = {per_dose}, two-sided")

# %% [markdown]
# ## Many molecules, few people
#
# The more molecules are measured, the more move by luck, and those that moved are the ones we hear of.

# %%
largest = exact_tests.largest_bonferroni_panel(people, alpha)
single, ranked, single_in_panel, ranked_in_panel = (
    small_trials.change_found(test, people, level, power) for level in (alpha, alpha / n_analytes) for test in small_trials.PAIRED)

# %% tags=["prose"]
page.say(f"""
In a panel of {words.things(n_analytes, "molecule")} (assumed), {words.plain(false_rises)} would on average be found increased by luck, however closely they move together (each tested at {words.plain(alpha)}, two-sided and uncorrected).
{answers.sentence("panel_size", "The number of molecules measured in this trial", cite=page.cite, unread=answers.MARK)}

The bare finding that *some* rose can raise the odds of a true rise at most {words.significant(intervals.most_odds_can_rise(any_false))}-fold if molecules move independently, and {words.significant(intervals.most_odds_can_rise(any_close))}-fold if their changes correlate by {words.plain(biomarkers.CLOSE)} (assumed).
Names, sizes and p-values could say far more, in either direction.

To be fair the other way too: {words.in_words(people)} people with two samples would have found, {words.in_hundred(power)} times, a mean rise of {biomarkers.sds(single)} standard deviations of the change in one molecule named beforehand (t test), and one of {biomarkers.sds(single_in_panel)} in a panel of {words.number(n_analytes)} (assumed, corrected).
""")

# %% [markdown] tags=["depth"]
# ### Corrections for many tests, and molecules that move together
#
# The more molecules are measured, the more a correction for many tests asks of each.

# %%
panels = biomarkers.panels([per_dose, 6, 9, people], alpha)
page.table(panels, "How many molecules a panel may hold before none can pass.", columns=biomarkers.panels_columns(alpha, n_analytes), name="panels", kinds="derived assumed",
           note="Bonferroni: the level is divided by the number of molecules. Gentler corrections ask the same of a molecule that stands alone.")

# %% tags=["prose"]
page.table(biomarkers.false_increases(n_analytes, alpha, analyte_correlation, people), f"How often so many of {words.things(n_analytes, 'molecule')} are found increased by luck alone.", columns=biomarkers.false_increases_columns(analyte_correlation), name="false-increases", kinds="derived assumed",
           note=f"Each molecule by a two-sided t test of {words.in_words(people)} people, uncorrected. Binomial if independent, else averaged over what the molecules share (bell curves, equal correlations: assumed).")
page.say(f"""
With a correction for many tests (Bonferroni), {words.in_words(people)} people can, by ranks, {f"still tell one molecule from luck in a panel of up to {words.number(largest)}" if largest else "tell no molecule from luck at this level"}.
By ranks the mean rises that {words.in_words(people)} people would find are {biomarkers.sds(ranked)} standard deviations for one molecule named beforehand and {biomarkers.sds(ranked_in_panel)} in the panel.
Molecules of one person move together, and that changes how false increases fall, not how many there are on average: with a correlation of {words.plain(analyte_correlation)} (assumed) at least one comes up {words.in_hundred(any_tied)} times, and several at once more often than if they were independent.
So several molecules that rise together are weaker evidence than they look; the bare finding that some rose can then raise the odds at most {words.significant(intervals.most_odds_can_rise(any_tied))}-fold.
""")

# %% tags=["prose"]
drawn = biomarkers.two_panels(n_analytes, people, analyte_correlation, single, seed)
page.chart(draw.volcano, biomarkers.thinned(drawn), "A simulated panel in which nothing changes, beside one in which some molecules truly rise.", name="volcano", kinds="simulated assumed", alpha=alpha, data=biomarkers.panels_drawn(drawn, people, analyte_correlation, single, seed), columns=biomarkers.DRAWN,
           note=f"Simulated with seed {seed}; no dot is a molecule of this trial.")
page.table(biomarkers.found_in_panels(drawn, alpha), "What each correction for many tests lets pass in these two simulated panels.", columns=words.headed(biomarkers.FOUND, first=drawn.world.iloc[0], second=drawn.world.iloc[-1]), name="corrections", kinds="simulated assumed",
           note="Holm guards against any false finding; Benjamini-Hochberg and Benjamini-Yekutieli limit the share of false ones among those found.")

# %%
page.record("biomarkers.max_bonferroni_panel", largest, unit="molecules", method=f"largest m with the n = {people} two-sided floor at most alpha / m")
page.record("biomarkers.expected_false_increases", false_rises, unit="molecules", method="n_analytes x alpha / 2, no correction; assumed panel")
page.record("biomarkers.p_any_false_increase_independent", any_false, unit="probability", method="1 - (1 - alpha / 2)^n_analytes, independent molecules; assumed panel")
page.record("biomarkers.p_any_false_increase_correlated", any_tied, unit="probability", method="t tests, molecules correlated as assumed, by quadrature; assumed panel")

# %% [markdown]
# ## If people enter at a bad moment
#
# What is measured at an unusual moment tends to be more usual the next time, with nothing done (regression to the mean).

# %% tags=["prose"]
returns = biomarkers.returns([0.5, 1, 1.5], [0.5, 0.7, 0.9])
middle = returns[(returns.correlation == 0.7) & (returns.distance == 1)].iloc[0]
page.say(f"""
People could enter only if they had got worse by at least {words.plain(rules.value.edss_rise_before_entry)} points of EDSS (a scale of disability in MS, higher is worse) in the {words.plain(rules.value.edss_rise_window_months)} months before {page.cite("reg_stems_mirror")}, so they were measured first after a bad year.
If a protective molecule stood {words.plain(middle.distance)} standard deviation below its usual level at that moment, and two samples of one person correlate by {words.plain(middle.correlation)} (both assumed), it would rise by {words.number(middle.rise, 1)} of a standard deviation by itself.
{answers.sentence("state_at_entry", "The state people were in at entry", cite=page.cite, unread=answers.MARK)}
""")

# %% [markdown] tags=["depth"]
# ### How often such a return would be called a rise
#
# The less two samples of one person agree, and the further from the usual the first one was, the larger the return.

# %% tags=["prose"]
page.table(biomarkers.returns_by_correlation(returns, people, alpha), "Rises to expect without any treatment, in SDs between people.", columns=biomarkers.returns_columns(returns, people), name="returns", kinds="derived assumed",
           note="Rise = (1 − correlation) × distance from the usual level at the first sample. Last columns: each person began at the lowest start shown, level as above; power of the test named, exact for changes on a bell curve.")

# %% [markdown]
# ## What else could raise them
#
# Cells, luck and a bad moment are not the only candidates.

# %%
page.table(load.table("rival_explanations").query("about == 'fluid'"), "What else than the cells could raise a molecule in the spinal fluid.", columns=biomarkers.RIVALS, name="rivals", kinds="assumed", note="Our judgement, not a finding of the trial.")

# %% tags=["prose"]
stirred = load.table("sister_findings").query("source == 'itmsc2019' and about == 'fluid'")
white, protein = (words.count_of(int(row.people_with), int(row.people)) for row in stirred.itertuples())
page.say(f"""
Without a group that had everything but the cells, several of these cannot be ruled out: everyone had the drugs, the needle and the cells together {page.cite("seed_nmss2023")}, and earlier treatment had to be stopped {page.cite("reg_stems_mirror")}.
In a study of other cells into the spinal fluid (four injections, a week apart, without a comparison group) white cells there rose after injections in {white} people and protein stood above normal in {protein} {page.cite("itmsc2019")}; so what is put into the fluid may change it by itself.
That does not make any one of these causes likely: it means that nobody can say yet what brought the rise, if there was one.
""")

# %% [markdown]
# ## What a real change would look like
#
# A change that can be put down to the cells would be named beforehand, and larger than in people given the same drugs and needle without cells.
# If it also lasts, or grows with the dose, that speaks for it; a real one need do neither.

# %% tags=["prose"]
sizes = biomarkers.controlled_sizes([0.5, 0.8, 1.2], alpha, power, n_analytes)
large = sizes.iloc[1]
page.say(f"""
With a group for comparison, a difference of {words.plain(large.difference)} standard deviations of the change in one molecule named beforehand needs {words.number(large.named)} people in each arm, and {words.number(large.in_panel)} if any of {words.things(n_analytes, "molecule")} may count (assumed differences, {words.percent(power)} power).
Naming the molecule before the trial is {"cheaper" if large.named < large.in_panel else "no dearer"} than measuring all of them.
Even then a molecule is a means: whether people are better off must be asked of people ([chapter 05](05_next_trial.html)).
""")

# %% [markdown] tags=["depth"]
# ### People needed for other differences
#
# The smaller the difference between the arms, the more people it takes to see it.

# %%
page.table(sizes, "People needed to compare the change in two arms.", columns=words.headed(biomarkers.CONTROLLED_SIZES, panel=words.number(n_analytes)), name="sizes", kinds="derived assumed",
           note="Two-sided t test (noncentral t), two equal arms, two samples per person; level and power as in the parameters, the level divided by the panel in the last column.")

# %% [markdown]
# ## What this cannot tell us
#
# - Whether any molecule rose because of the cells, or rose at all.
# - In whom a rise was seen, and whether it lasted.
# - Whether a rise in the fluid goes with anything a person would notice.

# %% [markdown]
# ## What would change our mind
#
# - The names and values of the molecules before and after, for each person; the article or its supplement may show them.
# - How many molecules were measured, and whether the list was written down beforehand.
# - Two samples before the injection, and several after it.
# - The same samples from people given drugs and needle without cells, measured by someone who does not know which is which.

# %% [markdown] tags=["depth"]
# ## References

# %%
page.references()
