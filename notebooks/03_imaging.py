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
# # Did the brain shrink less?
#
# Two things about brain scans were told of this trial: half of the people had new lesions, and those given the highest dose lost less brain volume; this chapter asks what twelve people without a comparison group can make of either.

# %% tags=["parameters"]
confidence: float = 0.95  # coverage of every interval, share; the habit of the field
lesions_per_year: float = 0.5  # new or enlarging T2 lesions, untreated, mean per person and year; placebo arm of INFORMS in PPMS, a stand-in
lesion_dispersion: float = 1.0  # size k of a negative binomial, smaller is more bunched; our assumption, no source read gives it
atrophy_mean: float = -0.584  # brain volume change, untreated, % per year; placebo arm of MS-STAT in SPMS
atrophy_sd: float = 0.498  # SD between people of that change, % per year; the same arm
healthy_atrophy: float = -0.225  # brain volume change of healthy people at 50, % per year; between the means at 45 and 55 of a study of healthy ageing with SIENA
effect: float = 0.5  # share of the yearly loss prevented, where an effect is imagined; our assumption
alpha: float = 0.05  # two-sided level of a test, share; the habit of the field
n_simulations: int = 10000  # simulated trials behind each simulated share; our choice
seed: int = 2023  # whole number; seed of the simulated trials

# %%
from reporting import page
from trial import load, parameters, summary, words
from trial.charts import imaging as draw
from trial.imaging import brain_volume, new_lesions
from trial.methods import exact_tests, intervals, simulate

# %%
outcome = load.table("safety_outcomes").set_index("outcome").loc["new_lesion"]
seen, people, weeks = int(outcome.people_with), int(outcome.people), int(outcome.window_weeks)
atrophy, per_dose = load.table("atrophy"), load.table("cohorts").people_treated.tolist()
years, loss, top = weeks * 7 / 365.25, -atrophy_mean, per_dose[-1]
doses, size = load.table("cohorts").dose_million_cells_per_kg.tolist(), loss * effect / atrophy_sd

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
new = intervals.clopper_pearson(seen, people, confidence)
counts = new_lesions.new_lesion_counts(lesions_per_year, lesion_dispersion, years, people)
chances = new_lesions.chances_of_count(counts, seen).set_index(["dispersion_k", "factor"])
readings = brain_volume.less_than_whom(per_dose, loss, atrophy_sd, effect)
among, best = readings.iloc[1], readings.iloc[2]
lean = new_lesions.leaning(chances.reset_index())
page.say(f"""
The authors report less brain shrinkage with the highest dose {page.cite("genchi2023")}.
{words.sentence(words.in_words(top))} people had that dose, and the comparison was exploratory and uncontrolled.
What we read gives no number and does not say less than whom.
If dose did nothing, the highest of {words.in_words(len(per_dose))} doses would still come out best {words.in_hundred(best.no_effect)} times.
If it prevented {words.percent(effect)} of the loss (assumed), it would do so {words.in_hundred(best.effect)} times.

Half of the people had a new lesion.
If lesions fall by chance at an assumed rate, that very count comes up in {words.in_hundred(chances.probability[float("inf"), 1])} trials when the cells do nothing and in {words.in_hundred(chances.probability[float("inf"), 0.5])} when they halve new lesions.
If lesions bunch in some people, it is {words.in_hundred(chances.probability[lesion_dispersion, 1])} and {words.in_hundred(chances.probability[lesion_dispersion, 0.5])}.
So the count {lean}.

Both come from {words.in_words(people)} people without a comparison group, so neither can show what the cells did.
A new lesion is a spot on a scan, and a brain volume is a measurement: neither says how a person walks, sees or thinks.
""")

# %%
sizes = new_lesions.models(lesion_dispersion)
untreated = chances.xs(1, level="factor").share
page.record("imaging.new_lesions", new.estimate, new.lower, new.upper, "share of people", "Clopper-Pearson, two-sided; 6 of 12 if all were scanned")
page.record("imaging.expected_new_lesion_poisson", untreated[sizes[0]], unit="share of people", method="Poisson, at least one in 96 weeks; assumed rate")
page.record("imaging.expected_new_lesion_negative_binomial", untreated[sizes[1]], unit="share of people", method="negative binomial, at least one in 96 weeks; assumed rate and size k")

# %% [markdown]
# ## New lesions, and what no treatment would give
#
# A count of people with new lesions means something only beside the count one would see without treatment.
# Nobody was watched without treatment here, so a rate has to be borrowed, and the loan has its price.

# %% tags=["prose"]
lesions = load.table("lesions").set_index("measure").loc["new_or_enlarging_t2_per_year"]
page.say(f"""
Half of the people had new lesions within two years {page.cite("seed_nmss2023")}; that is {seen} of {people} if all were scanned, and the exact interval for the share runs from {words.between(new.lower, new.upper)} ({words.percent(confidence)}, two-sided).
The rate used here, {words.plain(lesions_per_year)} lesions per person and year, is assumed.
{"It departs from that of" if parameters.chosen(lesions_per_year=lesions_per_year) else "It is borrowed from"} the placebo arm of a trial in primary progressive MS (PPMS), {words.number(lesions.people)} people with {words.plain(lesions.value)} a year on average {page.cite(lesions.source)}.
That arm is a stand-in in two ways: those people were less disabled, and their count holds new *or enlarging* lesions, while the news item speaks of new ones.
""")

# %%
page.chart(draw.new_lesion_count, counts[counts.factor == 1], "How many of twelve would have a new lesion without any treatment effect.", name="new-lesion-count", seen=seen,
           kinds="assumed derived", sources=["informs2018", "seed_nmss2023"], note="The rate, and how lesions bunch in some people, are assumed; the chances follow exactly. A smaller k means more bunching.", data=new_lesions.expected_without_treatment(counts, seen), columns=new_lesions.expected_columns(seen, people))

# %% tags=["prose"]
usual = counts[(counts.factor == 1) & (counts.dispersion_k == sizes[0])].set_index("count").probability
page.say(f"""
With that assumed rate {words.percent(untreated[sizes[0]])} of untreated people would have at least one in {weeks} weeks if lesions fall by chance (Poisson), and {words.percent(untreated[sizes[1]])} if they bunch in some people (negative binomial): {words.number(untreated[sizes[0]] * people, 1)} or {words.number(untreated[sizes[1]] * people, 1)} of {people} on average.
The count seen, {seen}, would come up in {words.in_hundred(usual[seen])} such trials if lesions fall by chance, and that many or fewer in {words.in_hundred(usual[usual.index <= seen].sum())}.
So, if lesions fall by chance at that rate, the count is {"no surprise" if alpha / 2 < usual[usual.index <= seen].sum() and alpha / 2 < usual[usual.index >= seen].sum() else "a surprise"} without any effect.
""")

# %%
chosen = new_lesions.chosen_lesions(lesions_per_year, lesion_dispersion, years, people, seen)
page.chart(draw.lesions_chosen, chosen, "The same for another rate, and for people who differ more or less.", name="lesions-chosen", seen=seen, rate=lesions_per_year, bunching=1 / lesion_dispersion,
           kinds="assumed derived", data=new_lesions.chance_of_seen(chosen, seen, "rate", "bunching"), columns=new_lesions.by_bunching(chosen), note="The numbers below the figure are the chances of exactly the count seen.")

# %% [markdown]
# ## The same count fits help and no help
#
# That a count fits no effect does not mean that there was none.
# The next picture asks the same count in worlds where the cells help, do nothing, or harm.

# %%
page.chart(draw.three_worlds, counts, "Trials of twelve people in three worlds, and how many see the count of this one.", name="three-worlds", seen=seen,
           kinds="assumed derived", sources=["informs2018"], note="The rate is assumed; each dot is one of fifty equal parts of the exact chances, not a trial that took place.", data=new_lesions.chance_of_seen(counts, seen, "model", "world"), columns=new_lesions.BY_WORLD)

# %%
fits = new_lesions.rates_that_fit(seen, people, confidence, lesions_per_year, lesion_dispersion, years)
help_shown = new_lesions.chance_to_show_help(counts, alpha)
doubled = chances.xs(2, level="factor").probability
weight = chances.xs(0.5, level="factor").likelihood

# %% tags=["prose"]
page.say(f"""
If lesions fall by chance, the count is {new_lesions.likelihood_in_words(weight[sizes[0]], "the cells halve new lesions", "they do nothing")}; if they bunch, it is {new_lesions.likelihood_in_words(weight[sizes[1]], "the cells halve new lesions", "they do nothing")} (assumed rate in both).
Cells that double new lesions would give this count {words.in_hundred(doubled[sizes[0]])} times, or {words.in_hundred(doubled[sizes[2]])} times if lesions bunch more strongly.
Had the cells truly halved new lesions, {words.in_words(people)} people would have shown too few for luck (one-sided exact test at {words.plain(50 * alpha)}%) in {words.in_hundred(help_shown.chance.max())} trials at best, even with the untreated rate known for certain.
So the count {lean}.
""")

# %%
page.table(fits, "Untreated or treated, the true rates that the count still fits.", columns=new_lesions.RATES, name="rates", kinds="derived assumed", layout="scroll",
           note="From the exact interval of the share to lesions a year. The last column compares with the assumed rate: below one is fewer lesions.")

# %% tags=["prose"]
page.say(f"""
Turned around, half of {words.in_words(people)} people with new lesions fits every true rate from {words.between(fits.lower.iloc[0], fits.upper.iloc[0], words.significant)} lesions a year if they fall by chance: {words.percent(fits.lower_factor.iloc[0])} to {words.percent(fits.upper_factor.iloc[0])} of the assumed rate ([Table](#table-rates)).
Other things pull both ways: anti-rejection drugs may hold lesions down, and stopping earlier drugs may let them up.
In which people and at which dose the lesions came is not in what we read.
""")

# %% [markdown]
# ## How fast brains shrink
#
# Everyone's brain loses volume with age, and in MS it loses more.
# How much more, and how much people differ (the standard deviation, SD), decides what a small group can show.
# The groups below are healthy people and people with primary (PPMS) or secondary progressive MS (SPMS); SIENA and PBVC are ways of measuring brain volume on scans.

# %%
page.chart(draw.how_fast, atrophy, "Brain volume lost per year in published groups, and in this trial's highest dose.", name="how-fast",
           kinds="reported derived", note="The pale band is how much people differ, the dark line how well the average is known. Ways of measuring differ from group to group; ORATORIO’s total is divided by its 96 weeks.",
           sources=sorted(set(atrophy.source)), columns=brain_volume.ATROPHY, source_column="Source")

# %%
slow = brain_volume.share_losing_no_more_than(healthy_atrophy, atrophy_mean, atrophy_sd)
placebo = atrophy.set_index("group").loss_percent_per_year
young, old = (atrophy[atrophy.source == "bvl2018"].iloc[row] for row in range(2))

# %% tags=["prose"]
page.say(f"""
Untreated people with secondary progressive MS lost {words.plain(placebo["SPMS, placebo (MS-STAT)"])}% a year in one trial {page.cite("msstat2014")} and {words.plain(placebo["SPMS, placebo (lipoic acid trial)"])}% in another {page.cite("spain2017")}; healthy people lost {words.plain(young.loss_percent_per_year)}% a year at {words.plain(young.age)} and {words.plain(old.loss_percent_per_year)}% at {words.plain(old.age)} {page.cite("bvl2018")}.
People differ around such averages: with a mean loss of {words.plain(loss)}% and a spread (SD) of {words.plain(atrophy_sd)}%, and a bell curve assumed, {words.in_hundred(slow)} untreated people lose no more than the {words.plain(-healthy_atrophy)}% of a healthy person.
{"A slow year is therefore no sign of a treatment in any one person." if slow > 0.05 else "Under these values a slow year would be unusual, but one person is still no comparison."}
""")

# %%
cutoffs = brain_volume.normal_cutoffs(atrophy, load.table("atrophy_cutoffs"))
page.chart(draw.cutoffs, cutoffs, "Two bell curves, and the lines drawn between them.", name="cutoffs", kinds="derived", sources=["destefano2016"], atrophy=atrophy,
           note="Most of the people with MS in this study had relapsing disease.", columns=brain_volume.CUTOFFS)

# %% tags=["prose"]
strict = cutoffs.iloc[0]
gap = 100 * (cutoffs.sensitivity - cutoffs.printed_sensitivity).abs().max()
page.say(f"""
A published line between normal and MS-like loss tells the same: the loss that only {words.in_hundred(1 - strict.specificity)} healthy people exceed, {words.number(-strict.cutoff, 2)}% a year, is exceeded by {words.in_hundred(strict.sensitivity)} people with MS {page.cite("destefano2016")}.
These values follow from two bell curves with the published means and spreads, and they meet the published ones within {words.number(gap, 1)} percentage points, as far as rounded numbers allow ([Figure](#figure-cutoffs)).
""")

# %% [markdown]
# ## Less than whom?
#
# “Less” and “lower” compare, but what we read does not say with what.
# Each reading below gives a different answer to how easily luck produces it.

# %%
page.table(readings, "Three readings of “less shrinkage with the highest dose”.", columns=brain_volume.READINGS, name="less-than-whom", kinds="derived assumed",
           note="Without effect: twelve exchangeable people and no ties. With it: the highest dose alone prevents the assumed share of the loss, and people vary on a bell curve. The last column holds for any effect, however large.")

# %% tags=["prose"]
page.say(f"""
If dose did nothing, some dose would always have the least loss, the highest would have less than the other people together {words.in_hundred(among.no_effect)} times, and the least of all {words.in_hundred(best.no_effect)} times (exact; exploratory and uncontrolled comparisons).
Fairness needs the other half: if the highest dose prevented {words.percent(effect)} of the loss (assumed), it would have the least of all {words.in_hundred(best.effect)} times, so, if that was meant, the report raises the odds of such an effect {words.plain(best.odds, 1)}-fold, and even a perfect effect could not raise them more than {words.plain(best.most_odds, 1)}-fold.
If “less” meant less than the other people together, the most is {words.plain(among.most_odds)}-fold; if the dose was named after looking, nothing is gained.
""")

# %%
page.record("imaging.p_top_cohort_best_no_effect", best.no_effect, unit="probability", method="exact; twelve exchangeable people, no ties")
page.record("imaging.p_top_better_than_rest_no_effect", among.no_effect, unit="probability", method="exact; mean rank of 3 against 9, no ties")
page.record("imaging.p_top_cohort_best_with_effect", best.effect, unit="probability", method="quadrature; normal, the highest dose alone prevents `effect` of the loss")

# %% [markdown]
# ## Luck often favours the highest dose
#
# With four doses there are several ways in which one of them can look best.

# %%
headlines = brain_volume.luck(per_dose)
page.chart(draw.luck, headlines, "How often luck alone would write each headline.", name="luck", kinds="derived",
           columns=brain_volume.LUCK, note="Exact, for twelve exchangeable people without ties; no trial was simulated.")

# %% tags=["prose"]
order = headlines.probability.iloc[-1]
page.say(f"""
Of a hundred trials in which dose does nothing, {words.number(100 * best.no_effect)} could report that the highest did best of all, and {words.number(100 * among.no_effect)} that it did better than the rest.
A perfect order from the lowest to the highest dose would be rarer, {words.in_hundred(order)}, and would have been a stronger hint; nothing we read claims it.
In a sister trial larger doses also went with less loss of brain volume, in a subgroup {page.cite("leone_aini")}; that too is a direction without a number, exploratory and uncontrolled.
""")

# %% [markdown]
# ## What so few people could have shown
#
# A test that deals the people anew to the doses (an exact test) has a floor: even the most extreme outcome has a chance to arise by luck, and no p-value can be smaller than that chance.

# %%
floors = brain_volume.smallest_p_values(per_dose)
page.table(floors, "The smallest p-value that an exact test can give.", columns=brain_volume.floors_columns(alpha), name="floors", kinds="derived",
           note="Reached only if each person with the highest dose lost less than every person compared. In the last comparison all doses must stand in perfect order.")

# %% tags=["prose"]
rest, neighbour, trend = (floors.iloc[row] for row in range(len(floors)))
page.say(f"""
Against the other {words.in_words(sum(per_dose[:-1]))} people the smallest p-value of an exact test is {words.probability(rest.one_sided)} one-sided and {words.probability(rest.two_sided)} two-sided, or {words.probability(rest.picked)} one-sided if the dose was picked after looking.
Against one other dose it is {words.probability(neighbour.two_sided)} two-sided, so {"such a comparison could reach" if neighbour.two_sided <= alpha else "no outcome at all could reach"} the level of {words.plain(alpha)}.
A test for a steady fall from dose to dose has the lowest floor, one in {words.number(trend.ways)}; it is also the one in which the calendar mimics the dose, since doses were given in order (exploratory and uncontrolled, each of them).
""")

# %%
page.record("imaging.min_p_3_v_9", rest.one_sided, unit="p-value", method="exact permutation, one-sided")
page.record("imaging.min_p_3_v_3", neighbour.one_sided, unit="p-value", method="exact permutation, one-sided")
page.record("imaging.min_p_jonckheere", exact_tests.smallest_p_jonckheere(per_dose, "one"), unit="p-value", method="exact Jonckheere-Terpstra, one-sided")
page.record("imaging.min_p_3_v_9_two_sided", rest.two_sided, unit="p-value", method="exact permutation, two-sided")
page.record("imaging.min_p_3_v_3_two_sided", neighbour.two_sided, unit="p-value", method="exact permutation, two-sided")

# %%
shown = brain_volume.what_three_can_show(per_dose, loss, atrophy_sd, confidence)
page.table(shown, "How well a difference in yearly brain loss would be known.", columns=brain_volume.PRECISION, name="precision", kinds="derived assumed",
           note="Half the width of the interval, normal formula with the spread taken as known; mean and spread are those of the MS-STAT placebo arm by default, borrowed.")

# %% tags=["prose"]
page.say(f"""
With a borrowed spread, {words.in_words(top)} people against {words.in_words(sum(per_dose[:-1]))} fix the difference in loss to within {words.number(shown.half_width.iloc[0], 2)}% a year either way, {words.significant(shown.share_of_loss.iloc[0])} times the whole untreated yearly loss (assumed values; exploratory and uncontrolled).
So a dose that {"stopped the loss altogether could still look like one that does nothing" if shown.share_of_loss.iloc[0] > 1 else f"prevented up to {words.percent(shown.share_of_loss.iloc[0])} of the loss could still look like one that does nothing"}, and the reverse.
That is a limit of the trial's size, which was chosen to look for harm, and no verdict on the cells.
""")

# %% tags=["prose"]
powers = brain_volume.power_by_effect(per_dose, doses, loss, atrophy_sd, alpha, n_simulations, seed)
page.chart(draw.few_people, powers, "How often simulated trials of this size find what is there.", name="few-people", kinds="simulated assumed", effect=effect, data=brain_volume.power_at_ends(powers), columns=brain_volume.POWER,
           note=f"{words.number(n_simulations)} simulated trials per point, seed {seed}: bell curves with the borrowed mean and spread. Exact two-sided tests (twice the smaller tail) but for the slope, which trusts the bell curve.")
made, picked = simulate.top_against_rest(per_dose, size, alpha, n_simulations, seed), simulate.false_finding_if_picked(per_dose, alpha, n_simulations, seed)
page.say(f"""
If the highest dose alone prevented {words.percent(effect)} of the loss (assumed), {words.in_hundred(made["power"][0])} simulated trials of this size would tell it from luck by an exact test of {words.in_words(top)} against {words.in_words(sum(per_dose[:-1]))} ([Figure](#figure-few-people)).
If a dose is picked after looking and then tested as if it had been named before, luck alone passes in {words.in_hundred(picked["picked"][0])} simulated trials without effect, instead of {words.in_hundred(picked["named"][0])} in favour of a dose named beforehand.
""")

# %% tags=["prose"]
by_source = brain_volume.power_by_source(atrophy, per_dose, doses, loss, atrophy_sd, effect, alpha, n_simulations, seed)
page.table(by_source, "The same for every mean and spread that we read: simulated trials of a hundred that find the assumed effect.", columns=brain_volume.POWER_BY_SOURCE, name="power-by-source", kinds="simulated assumed",
           note=f"{words.number(n_simulations)} simulated trials each, seed {seed}; a spread printed as a standard error is worked out from it.")

# %% [markdown]
# ## Find the trial
#
# What such numbers look like can be tried by eye.
# All people in the next picture are simulated, and none of them is a person of this trial.

# %% tags=["prose"]
panels = simulate.brain_line_up(per_dose, loss, atrophy_sd, effect, 12, seed)
page.chart(draw.find_the_trial, panels, "Twelve simulated trials; in one of them the highest dose works.", name="find-the-trial", kinds="simulated assumed", data=brain_volume.brain_line_up_numbers(panels, loss, atrophy_sd, effect, seed),
           note="Simulated on a bell curve with the borrowed mean and spread; model and seed stand below the numbers.")
solved, works = simulate.line_ups_solved(per_dose, size, 12, n_simulations, seed), panels[panels.works].panel.iloc[0]
page.fold("In which one does the highest dose work?", f"""
In panel {works}.
In simulated line-ups of twelve like this one, whoever names the panel with the largest advantage of the highest dose is right {words.in_hundred(solved[0])} times; guessing is right {words.one_in(1 / 12)} times.
""")

# %% [markdown]
# ## Small trials that find something overstate it
#
# A trial too small for an effect finds it only when luck adds to it.

# %% tags=["prose"]
page.record_table(brain_volume.top_against_rest_results(made, picked, solved, n_simulations, seed))
page.say(f"""
{brain_volume.overstated_in_words(made, alpha)}
So a striking size in a small trial is itself a reason to expect less from the next one.
""")

# %% [markdown]
# ## What else changes a scan
#
# Besides cells and luck, ordinary things change what a scan shows.
# The list is our judgement, and for none of them did we read whether it was at work here.

# %%
page.table(load.table("rival_explanations").query("about == 'scan'"), "What else could explain fewer or more lesions, or less or more shrinkage.", columns=brain_volume.RIVALS, name="rivals", kinds="assumed", note="Our judgement, not a finding of the trial.")

# %% tags=["prose"]
rules = load.table("design_rules").set_index("rule")
page.say(f"""
The highest dose came last, so dose and calendar cannot be told apart.
Entry asked for a rise in disability within the {words.plain(rules.value.edss_rise_window_months)} months before {page.cite("reg_stems_mirror")}, and other drugs had to be stopped, so people may have been taken at a bad moment and out of their usual treatment.
In healthy people the spread of measured change halves when the scans lie two years apart {page.cite("lifespan2019")}, and in untreated MS the difference between types vanished once the first brain volume was allowed for {page.cite("destefano2010")}.
Type of MS, age and scanner by dose are not in what we read.
""")

# %% [markdown]
# ## What this cannot tell us
#
# - Whether the cells slow brain loss, in either direction.
# - Whether they bring, prevent or do not touch new lesions.
# - Which dose is best, since each was given to too few people, one dose after the other.
# - Whether a change on a scan would have meant anything for a person's life.
#
# ## What would change our mind
#
# - Brain volume change for each person, with dose, age, type of MS and days between scans; the article or its supplement may show it.
# - Whom the lower rate was compared with, and whether that was written down before anyone looked.
# - New lesions for each person, with what was stopped before and taken afterwards.
# - A comparison group, made by lot, given the same drugs and the same needle, and scanned on the same machine.
#
# ## References

# %%
page.table(summary.as_read(load.keyed("lesions", "atrophy", "atrophy_cutoffs", "atrophy_context")), "Numbers read for this chapter, used above or not.", name="as-read", source_column="Source", folded="Show all of them")
page.references()
