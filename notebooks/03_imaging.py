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
# Two things were said of brain scans in this trial: half of the people had new lesions, and those given the highest dose lost less brain volume; this chapter asks what twelve people without a comparison group can tell about either.

# %% tags=["parameters"]
confidence: float = 0.95  # coverage of every interval, share; the habit of the field
lesions_per_year: float = 0.5  # new or enlarging T2 lesions, untreated, mean per person and year; placebo arm of INFORMS in PPMS, a stand-in
lesion_dispersion: float = 1.0  # size k of a negative binomial, smaller is more bunched; our assumption, no source read gives it
atrophy_mean: float = -0.584  # brain volume change, untreated, % per year; placebo arm of MS-STAT in SPMS
atrophy_sd: float = 0.498  # SD between people of that change, % per year; the same arm
healthy_atrophy: float = -0.225  # brain volume change of healthy people at 50, % per year; between the means at 45 and 55 of a study of healthy ageing with SIENA
effect: float = 0.5  # share of the yearly loss prevented, where an effect is imagined; our assumption
alpha: float = 0.05  # two-sided level of a test, share; the habit of the field
n_simulations: int = 10000  # random points behind each chance that is averaged over them; our choice
seed: int = 2023  # whole number; seed of the simulated trials and of those points

# %%
from reporting import page
from trial import answers, load, numbers_read, parameters, words
from trial.charts import imaging as draw
from trial.imaging import brain_volume, new_lesions
from trial.methods import exact_tests, intervals, planning, simulate, small_trials

# %%
outcome = load.table("safety_outcomes").set_index("outcome").loc["new_lesion"]
seen, people, weeks = int(outcome.people_with), int(outcome.people), int(outcome.window_weeks)
atrophy, per_dose = load.table("atrophy"), load.table("cohorts").people_treated.tolist()
years, loss, top, rest = weeks * 7 / 365.25, -atrophy_mean, per_dose[-1], sum(per_dose[:-1])
doses, size = load.table("cohorts").dose_million_cells_per_kg.tolist(), loss * effect / atrophy_sd
rules, chosen = load.table("design_rules").set_index("rule"), parameters.chosen(atrophy_mean=atrophy_mean, atrophy_sd=atrophy_sd)

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
new = intervals.clopper_pearson(seen, people, confidence)
counts = new_lesions.new_lesion_counts(lesions_per_year, lesion_dispersion, years, people)
chances = new_lesions.chances_of_count(counts, seen).set_index(["dispersion_k", "factor"])
readings = brain_volume.less_than_whom(per_dose, loss, atrophy_sd, effect)
among, best = readings.iloc[1], readings.iloc[2]
page.say(f"""
The authors report less brain shrinkage in the {words.in_words(top)} people with the highest dose {page.cite("genchi2023")}; if dose did nothing, the highest of {words.in_words(len(per_dose))} would still come out best {words.in_hundred(best.no_effect)} times.
The comparison was exploratory and uncontrolled.
{answers.sentence("atrophy_comparison", "Less than whom", cite=page.cite)}
If the highest dose alone prevented {words.level(effect)} of the loss (assumed), it would come out best {words.in_hundred(best.effect)} times.

Half of the people had a new lesion within two years.
How many would have one without the cells has to be assumed, and so has how far lesions bunch: many in some people, none in others.
On these assumptions, that very count comes up in {words.in_hundred(chances.probability[lesion_dispersion, 1])} trials if the cells do nothing, in {words.in_hundred(chances.probability[lesion_dispersion, 0.5])} if they halve new lesions and in {words.in_hundred(chances.probability[lesion_dispersion, 2])} if they double them.
What it says for or against help or harm depends on {new_lesions.hangs_on(chances.reset_index())}, and nobody knows that here.

Both come from {words.in_words(people)} people without a comparison group, so neither can show what the cells did.
A new lesion is a spot on a scan, and a brain volume is a measurement: neither says how a person walks, sees or thinks.
""")

# %%
bunched, by_chance = (chances.share[k, 1] for k in new_lesions.models(lesion_dispersion)[:2])
page.record("imaging.new_lesions", new.estimate, new.lower, new.upper, "share of people", f"Clopper-Pearson, two-sided; {seen} of {people} if all were scanned")
page.record("imaging.expected_new_lesion_poisson", by_chance, unit="share of people", method=f"Poisson, at least one in {weeks} weeks; assumed rate")
page.record("imaging.expected_new_lesion_negative_binomial", bunched, unit="share of people", method=f"negative binomial, at least one in {weeks} weeks; assumed rate and size k")

# %% tags=["prose"]
page.say(answers.EXPLAINED)

# %% [markdown]
# ## New lesions, and what no treatment would give
#
# A count of people with new lesions means something only beside the count one would see without treatment.
# Nobody was watched without treatment here, so a rate has to be borrowed.

# %% tags=["prose"]
lesions, usual = load.table("lesions").set_index("measure").loc["new_or_enlarging_t2_per_year"], chances.loc[lesion_dispersion, 1]
page.say(f"""
Half of the people had new lesions within two years {page.cite("seed_nmss2023")}; that is {seen} of {people} if all were scanned: {words.limits(new)} as a share.
{answers.sentence("people_scanned", "The number of people scanned", cite=page.cite, unread=answers.MARK)}

The rate used here, {words.plain(lesions_per_year)} lesions per person and year, is assumed.
{"It departs from that of" if parameters.chosen(lesions_per_year=lesions_per_year) else "It is borrowed from"} the placebo arm of a trial in primary progressive MS (PPMS), {words.number(lesions.people)} people with {words.plain(lesions.value)} a year on average {page.cite(lesions.source)}.
That arm is a stand-in in two ways: how disabled those people were is {answers.MARK}, and their count holds new *or enlarging* lesions, while the news item speaks of new ones.

The count seen is {"no surprise" if alpha / 2 < min(usual.at_most, usual.at_least) else "a surprise"} without any effect: at that rate {seen} or fewer come up in {words.in_hundred(usual.at_most)} trials and {seen} or more in {words.in_hundred(usual.at_least)} (assumed).
On average {words.number(bunched * people, 1)} of {people} untreated people would have a new lesion if lesions {"hardly bunch," if lesion_dispersion >= new_lesions.EVENLY else "bunch in some people"} as assumed in every chapter (negative binomial, k = {words.plain(lesion_dispersion)}), and {words.number(by_chance * people, 1)} if they fall by chance (Poisson).
""")

# %% [markdown]
# ## The same count fits help and no help
#
# That a count fits no effect does not mean that there was none.
# The picture asks the same count in worlds where the cells help, do nothing, or harm.

# %%
page.chart(draw.three_worlds, counts, "Trials of twelve people in three worlds, and how many see the count of this one.", name="three-worlds", seen=seen, borrowed=not parameters.chosen(lesions_per_year=lesions_per_year),
           kinds="assumed derived", sources=["informs2018"], note="The rate is assumed; each dot is one of fifty equal parts of the exact chances, not a trial that took place.", data=new_lesions.chance_of_seen(counts, seen), columns=new_lesions.BY_WORLD)

# %%
help_shown = new_lesions.chance_to_show_help(counts, alpha)
halved, doubled = (new_lesions.weight_in_words(chances.likelihood[lesion_dispersion, factor]) for factor in (0.5, 2))
page.record("imaging.lean_halved", chances.likelihood[lesion_dispersion, 0.5], unit="ratio of likelihoods", method="exact, people alike; cells that halve new lesions against cells that change nothing; assumed rate and size k")
page.record("imaging.lean_doubled", chances.likelihood[lesion_dispersion, 2], unit="ratio of likelihoods", method="exact, people alike; cells that double new lesions against cells that change nothing; assumed rate and size k")

# %% tags=["prose"]
page.say(f"""
{new_lesions.leaning(seen, chances.reset_index())}
Had the cells truly halved new lesions, {words.in_words(people)} people would have shown too few for luck (one-sided exact test at {words.plain(50 * alpha)}%) {new_lesions.how_often_shown(help_shown)}, even with the untreated rate known for certain.
Say that a halving and no effect were held equally likely beforehand: after this count the odds of the halving are {halved}.
For a doubling, in the same way, they are {doubled} (both if lesions bunch as assumed).

Other things pull both ways: anti-rejection drugs may hold lesions down, and stopping earlier drugs may let them up.
{answers.sentence("lesions_by_person", "In which people and at which dose the lesions came", cite=page.cite, unread=answers.MARK)}
Of the sister trial with fetal cells, a repository says that lesions stayed stable {page.cite("leone_mw")}, and an outside neurologist says that most people still had signs of activity {page.cite("smc2023")}: without a count, both can be true.
""")

# %% [markdown] tags=["depth"]
# ### If lesions bunch more or less
#
# How strongly lesions bunch in some people decides how much a count of people can say; nobody knows it for this trial.

# %%
fits = new_lesions.rates_that_fit(seen, people, confidence, lesions_per_year, lesion_dispersion, years)
page.table(fits, "True rates of new lesions, with or without the cells, that the count still fits.", columns=new_lesions.RATES, name="rates", kinds="derived assumed",
           note="From the exact two-sided interval of the share to lesions a year. The last column compares with the assumed rate: below one is fewer lesions.")

# %% tags=["prose"]
page.say(f"""
The odds of a halving are {new_lesions.weights(chances.reset_index(), "halve new lesions")}; those of a doubling {new_lesions.weights(chances.reset_index(), "double new lesions")}, each held as likely as no effect beforehand.
""")

# %% [markdown]
# ## How fast brains shrink
#
# Everyone's brain loses volume with age, and in MS it loses more.
# How much more, and how much people differ (the standard deviation, SD), decides what a small group can show.
# The groups below are healthy people and people with primary (PPMS) or secondary progressive MS (SPMS); SIENA and PBVC are ways of measuring brain volume on scans.

# %%
around, oldest = brain_volume.beside_this_trial(atrophy, rules.upper.age_years), words.plain(rules.upper.age_years)
total = around.set_index("source").loc["oratorio"]
page.chart(draw.how_fast, around, "Brain volume lost per year in untreated groups, and in this trial's highest dose.", name="how-fast",
           kinds="reported derived", note=f"Healthy people are shown up to {oldest} years, the oldest who could enter, where a spread was read. A spread given as a standard error is worked out from it, roughly, since that error is of a coefficient in a model; ORATORIO’s total is divided by its {total.weeks} weeks.",
           sources=sorted(set(around.source)), columns=brain_volume.ATROPHY, source_column="Source")

# %%
slow = brain_volume.share_losing_no_more_than(healthy_atrophy, atrophy_mean, atrophy_sd)
placebo = atrophy.set_index("group").loss_percent_per_year
young, old = (atrophy[atrophy.source == "bvl2018"].iloc[row] for row in range(2))
types = load.table("trial_participants").query("trial == 'STEMS' and unit == 'people'").set_index("population").people_with
primary, secondary = placebo["PPMS, placebo (ORATORIO)"], placebo["SPMS, placebo (MS-STAT)"]
mixed = (primary * types.ppms + secondary * types.spms) / (types.ppms + types.spms)

# %% tags=["prose"]
page.say(f"""
Untreated people with primary progressive MS lost {words.plain(primary)}% a year (worked out from {page.cite("oratorio", brackets=False)}); with secondary progressive MS {words.plain(secondary)}% in one trial {page.cite("msstat2014")} and {words.plain(placebo["SPMS, placebo (lipoic acid trial)"])}% in another {page.cite("spain2017")}; healthy people lost {words.plain(young.loss_percent_per_year)}% at {words.plain(young.age)} and {words.plain(old.loss_percent_per_year)}% at {words.plain(old.age)} {page.cite("bvl2018")}.
Of the twelve, {words.in_words(types.ppms)} had primary and {words.in_words(types.spms)} secondary progressive MS, says a digest {page.cite("mstranslate2023")}: mixed so, untreated people would lose {words.number(mixed, 2)}% a year (worked out), beside the {words.plain(loss)}% used here.

{"A slow year is no sign of a treatment in any one person" if slow > 0.05 else "Under these values a slow year would be unusual, but one person is still no comparison"}: with a spread (SD) of {words.plain(atrophy_sd)}%, and a bell curve assumed, {words.in_hundred(slow)} untreated people have a measured loss no larger than the {words.plain(-healthy_atrophy)}% taken here for a healthy person.
The error of measurement is part of that spread.
{answers.sentence("volume_by_person", "Brain volume change for each person", cite=page.cite, unread=answers.MARK)}
A digest names grey matter as the tissue that was measured, where the abstract says atrophy {page.cite("gaem2023")}.
""")

# %% [markdown] tags=["depth"]
# ### Healthy ageing, relapsing MS, treated groups, and a line between normal and not
#
# A line drawn between healthy people and people with MS shows the same: the two overlap.

# %%
others = brain_volume.spread_worked_out(atrophy[~atrophy.group.isin(around.group)])
page.table(others, "Brain volume lost per year in the other groups that we read.", name="other-groups", kinds="reported derived", columns=brain_volume.ATROPHY, source_column="Source")

# %%
cutoffs = brain_volume.normal_cutoffs(atrophy, load.table("atrophy_cutoffs"))
page.table(cutoffs, "Lines drawn between normal and MS-like loss, and how many people with MS lose more.", name="cutoffs", kinds="derived reported", sources=["destefano2016"], columns=brain_volume.CUTOFFS,
           note="Worked out from two bell curves with the published means and spreads, beside what is printed. Most of the people with MS in this study had relapsing disease.")

# %% tags=["prose"]
strict = cutoffs.iloc[0]
page.say(f"""
The loss that only {words.in_hundred(1 - strict.specificity)} healthy people exceed, {words.number(-strict.cutoff, 2)}% a year, is exceeded by {words.in_hundred(strict.sensitivity)} people with MS, on bell curves, and by {words.in_hundred(strict.observed_sensitivity)} as counted {page.cite("destefano2016")}.
In healthy people the spread of measured change (the value that eight in ten stay below, not the SD) halves when the scans lie two years apart {page.cite("lifespan2019")}, and in untreated MS the difference between types vanished once the first brain volume was allowed for {page.cite("destefano2010")}.
""")

# %% [markdown]
# ## Less than whom?
#
# “Less” and “lower” compare with something, and each comparison gives a different answer to how easily luck produces it.

# %% tags=["prose"]
page.say(f"""
The bare words can raise the odds of an effect at most {words.plain(best.most_odds, 1)}-fold, whatever it is: read as best of all, they come up {words.in_hundred(best.no_effect)} times if dose does nothing, and {words.in_hundred(best.effect)} times, so {words.plain(best.odds, 1)} times as often, if the highest prevents {words.level(effect)} of the loss (assumed; exploratory and uncontrolled comparisons).
Read as less than the other people together they raise them at most {words.plain(among.most_odds, 1)}-fold; if the dose was named after looking, not at all.

That is true of the words alone.
A size, a p-value, or another comparison, such as the same people in the months before, could raise the odds further, or lower them: whoever has the article can see.
How four voices tell this finding stands in [chapter 08](08_claims.html).
""")

# %%
page.record("imaging.p_top_cohort_best_no_effect", best.no_effect, unit="probability", method="exact; twelve exchangeable people, no ties")
page.record("imaging.p_top_better_than_rest_no_effect", among.no_effect, unit="probability", method=f"exact; mean rank of {top} against {rest}, no ties")
page.record("imaging.p_top_cohort_best_with_effect", best.effect, unit="probability", method="quadrature; normal, the highest dose alone prevents `effect` of the loss")

# %% [markdown]
# ## Luck alone can put the highest dose first
#
# Luck favours no dose, but there are several ways in which the highest can look best.

# %%
page.chart(draw.luck, readings, "How often luck alone would write each headline, and how often an effect would.", name="luck", kinds="derived assumed", effect=effect, columns=brain_volume.READINGS,
           note="The last column of the numbers holds for these bare words and any effect, however large; a size or a p-value could say more.")

# %% tags=["prose"]
ordered = readings.iloc[-1]
page.say(f"""
A perfect order from the lowest to the highest dose would come from luck in {words.in_hundred(ordered.no_effect)} trials; nothing we read claims it.
If only the highest dose works, such an order is no stronger hint than being best of all: each comes {words.plain(ordered.odds, 1)} times as often as by luck (assumed effect); if each dose works better than the last, it could raise the odds more, at most {words.plain(ordered.most_odds, 1)}-fold.
{answers.sentence("atrophy_test", "The test behind the statement", cite=page.cite, unread=answers.MARK)}
In a sister trial larger doses also went with less loss of brain volume, in a subgroup {page.cite("leone_aini")}; that too is a direction without a number, exploratory and uncontrolled.
""")

# %% [markdown]
# ## What so few people could have shown
#
# A trial finds what is there only if it is large enough for how much people differ.

# %%
shown = brain_volume.what_three_can_show(per_dose, loss, atrophy_sd, confidence)
found = small_trials.overstatement(per_dose, size, alpha, n_simulations, seed)
powers = brain_volume.power_by_test(per_dose, doses, loss / atrophy_sd, alpha, n_simulations, seed)

# %% tags=["prose"]
wide = shown.share_of_loss.iloc[0]
page.say(f"""
If the highest dose alone prevented {words.level(effect)} of the loss (assumed), {brain_volume.sure(*found["power"])} trials of this size would tell it from luck by an exact test of {words.in_words(top)} against {words.in_words(rest)} (two-sided, level {words.plain(alpha)}).
Even a loss stopped altogether would be found in {words.at_most(brain_volume.sure(*brain_volume.most_power(powers)))}, whichever of three tests is used (worked out; assumed values, exploratory and uncontrolled).

{words.sentence(words.in_words(top))} people against {words.in_words(rest)} fix the difference in loss to within {words.number(shown.half_width.iloc[0], 2)}% a year either way, {words.significant(wide)} times the whole untreated yearly loss, if they spread as {"a reader chose" if chosen else "the people of another trial"} (assumed).
So a dose that {"stopped the loss altogether" if wide > 1 else f"prevented up to {words.percent(wide)} of the loss"} could still look like one that does nothing, and the reverse.
That is a limit of the trial's size, which was chosen to look for harm, and no verdict on the cells.
{answers.sentence("scanner", "The scanner and the way of measuring", "are", page.cite, answers.MARK)}
""")

# %% [markdown] tags=["depth"]
# ### The smallest p-value, and the margins
#
# A test that deals the people anew to the doses (an exact test) has a floor: even the most extreme outcome has a chance to arise by luck, and no p-value can be smaller than that chance.

# %%
floors = brain_volume.smallest_p_values(per_dose)
page.table(floors, "The smallest p-value that an exact test can give.", columns=brain_volume.floors_columns(alpha), name="floors", kinds="derived",
           note="Reached only if each person with the highest dose lost less than every person compared. In the last comparison all doses must stand in perfect order.")

# %% tags=["prose"]
against, neighbour, trend = (floors.iloc[row] for row in range(len(floors)))
page.say(f"""
Against the other {words.in_words(rest)} people the smallest p-value of an exact test is {words.probability(against.one_sided)} one-sided and {words.probability(against.two_sided)} two-sided, or {words.probability(against.picked)} one-sided if the dose was picked after looking.
Against one other dose it is {words.probability(neighbour.two_sided)} two-sided, so {"such a comparison could reach" if neighbour.two_sided <= alpha else "no outcome at all could reach"} the level of {words.plain(alpha)}.
A test for a steady fall from dose to dose has the lowest floor, one in {words.number(trend.ways)}; it is also the one in which the calendar mimics the dose, since doses were given in order (exploratory and uncontrolled, each of them).
""")
page.table(shown, "How well a difference in yearly brain loss would be known.", columns=brain_volume.PRECISION, name="precision", kinds="derived assumed",
           note=f"Half the width of the two-sided {words.level(confidence)} t interval, if these people differ as {'a reader chose (assumed)' if chosen else 'those of another trial did (borrowed: by default the MS-STAT placebo arm)'}.")

# %%
page.record("imaging.min_p_3_v_9", against.one_sided, unit="p-value", method="exact permutation, one-sided")
page.record("imaging.min_p_3_v_3", neighbour.one_sided, unit="p-value", method="exact permutation, one-sided")
page.record("imaging.min_p_jonckheere", exact_tests.smallest_p_jonckheere(per_dose, "one"), unit="p-value", method="exact Jonckheere-Terpstra, one-sided")
page.record("imaging.min_p_3_v_9_two_sided", against.two_sided, unit="p-value", method="exact permutation, two-sided")
page.record("imaging.min_p_3_v_3_two_sided", neighbour.two_sided, unit="p-value", method="exact permutation, two-sided")

# %% [markdown] tags=["depth"]
# ### Other tests, and the spread of other groups
#
# A test of all doses at once can find more than a test of the highest against the rest, if each dose works better than the last and the lowest hardly works.

# %%
page.table(powers, "A loss stopped altogether by the highest dose: trials of a hundred of this size that find it.", columns=brain_volume.POWER, name="few-people", kinds="derived assumed",
           note=f"Bell curves with the {'assumed' if chosen else 'borrowed'} mean and spread. Exact two-sided tests (twice the smaller tail) but for the slope, which trusts the bell curve. Chances without a formula are averaged over random points and told to what their error allows.")
by_source = brain_volume.power_by_source(atrophy, per_dose, doses, loss, atrophy_sd, effect, alpha, n_simulations, seed)
page.table(by_source, "The assumed effect, for every mean and spread that we read: trials of a hundred that find it.", columns=brain_volume.POWER_BY_SOURCE, name="power-by-source", kinds="derived assumed",
           note="A spread printed as a standard error is worked out from it; the lowest dose does nothing in either column.")

# %% tags=["prose"]
named, picked = exact_tests.arrangements([top, rest]), small_trials.chance_some_dose_passes(per_dose, alpha)
named = small_trials.most_extreme(named, alpha) / named
page.say(f"""
If a dose is picked after looking and then tested as if it had been named before, luck alone passes {f"in up to {words.in_hundred(picked)} trials without effect, instead of {words.in_hundred(named)} in favour of a dose named beforehand" if picked else "in no trial: so few people cannot reach that level"} (exact, no ties).
""")

# %% [markdown]
# ## Find the trial
#
# What such numbers look like can be tried by eye.
# All people in the next picture are simulated, and none of them is a person of this trial.

# %% tags=["prose"]
panels = simulate.brain_line_up(per_dose, loss, atrophy_sd, effect, 12, seed)
page.chart(draw.find_the_trial, panels, "A line-up: brain volume lost by each simulated person, by dose.", name="find-the-trial", kinds="simulated assumed", data=brain_volume.brain_line_up_numbers(panels, loss, atrophy_sd, effect, seed),
           note=f"Simulated on a bell curve with the {'assumed' if chosen else 'borrowed'} mean and spread; model and seed stand below the numbers.")
works = panels[panels.works].panel.iloc[0]
solved = planning.chance_top_leads([1] * 12, size, (1 / top + 1 / rest) ** 0.5)
page.fold("In which one does the highest dose work?", f"""
In panel {works}.
In line-ups of twelve like this one, whoever names the panel with the largest advantage of the highest dose is right {words.in_hundred(solved)} times (worked out; with unrounded values no two panels tie); guessing is right {words.one_in(1 / 12)} times.
""", panels=12, right=works)

# %% [markdown]
# ## Small trials that find something overstate it
#
# A trial too small for an effect finds it only when luck adds to it.

# %%
page.record_table(brain_volume.top_against_rest_results(found, n_simulations, seed))
page.record("imaging.false_finding_picked", picked, unit="probability", method="exact, at most; the dose that looks best, in favour, two-sided exact permutation test against all others, no effect, no ties")
page.record("imaging.line_up_solved", solved, unit="probability", method="quadrature; line-ups of twelve, the largest advantage named, values unrounded")

# %% tags=["prose"]
page.say(f"""
{brain_volume.overstated_in_words(found, alpha)}
""")

# %% [markdown]
# ## What else changes a scan
#
# Besides cells and luck, ordinary things change what a scan shows.

# %%
page.table(load.table("rival_explanations").query("about == 'scan'"), "What else could explain fewer or more lesions, or less or more shrinkage.", columns=brain_volume.RIVALS, name="rivals", kinds="assumed", note="Our judgement, not a finding of the trial.")

# %% tags=["prose"]
page.say(f"""
The highest dose came last, so dose and calendar cannot be told apart.
Entry asked for a rise in disability within the {words.plain(rules.value.edss_rise_window_months)} months before {page.cite("reg_stems_mirror")}, and other drugs had to be stopped, so people may have been taken at a bad moment and out of their usual treatment.
{answers.sentence("people_by_cohort", "Type of MS and age by dose", "are", page.cite, answers.MARK)}
{answers.sentence("other_treatment", "Other treatment around the injection", cite=page.cite, unread=answers.MARK)}
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

# %% [markdown] tags=["depth"]
# ## References

# %%
page.table(numbers_read.numbers(load.keyed("lesions", "atrophy", "atrophy_cutoffs", "atrophy_context")), "Numbers read for this chapter, used above or not.", name="as-read", source_column="Source", folded="Show all of them")
page.references()
