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
# # How large must the next trial be?
#
# The authors call for a larger test; this chapter works out how large, compared with whom, on which outcome and for how long.

# %% tags=["parameters"]
lesions_per_year: float = 0.5  # new or enlarging T2 lesions per person, untreated; placebo arm of INFORMS, assumed here
lesion_dispersion: float = 1.0  # how alike people are in new lesions: size k of a negative binomial; assumed
atrophy_mean: float = -0.584  # % per year, negative is loss; placebo arm of MS-STAT
atrophy_sd: float = 0.498  # % per year, spread between people; the same arm
healthy_atrophy: float = -0.225  # % per year; healthy ageing at 50, the mean age in MS-STAT, between the published means at 45 and 55
effect: float = 0.5  # share of the yearly loss prevented; assumed, nobody has measured it
useless_effect: float = 0.2  # share prevented; so little is less than healthy ageing takes in a year, so of little use; assumed
prior_sceptical: list = [0.0, 0.25]  # mean, SD of a belief in the share prevented; assumed: as likely harm as help
prior_neutral: list = [0.215, 0.25]  # mean, SD; assumed: half of what MS-STAT saw, as narrow as the sceptic's
prior_optimistic: list = [0.5, 0.15]  # mean, SD; assumed: somebody who expects what the next trial hopes for
prior_enthusiastic: list = [0.43, 0.568]  # mean, SD; assumed: what MS-STAT saw, as wide as three against nine people leave it
alpha: float = 0.05  # share; two-sided level of the test, the habit of the field
power: float = 0.8  # share; chance to find the effect if it is there, the habit of the field
dropout: float = 0.1  # share; people who leave the trial before the end
hazard_ratio_spms: float = 0.79  # ratio of hazards of getting worse; EXPAND's, a risk lower by a fifth; assumed here
hazard_ratio_ppms: float = 0.76  # ratio; ORATORIO's, in PPMS; assumed here
hazard_ratio_hands: float = 0.7  # ratio; ORATORIO-HAND's, on a composite with the hands; assumed here
worse_spms: float = 0.32  # share who get worse without treatment; placebo group of EXPAND; assumed here
worse_ppms: float = 0.393  # share; placebo group of ORATORIO; assumed here
worse_composite: float = 0.48  # share, on a composite in 96 weeks; placebo group of ASCEND; assumed here
scan_saving: float = 0.44  # share of people that a second year saves; Altmann, with SIENA; all put down to scans, assumed
effect_delay_weeks: int = 26  # weeks until cells could act, where they act late; assumed: half a year
loss_correlation: float = 0.5  # correlation of yearly loss with a value known before the trial; assumed
donor_likeness: float = 0.05  # share of the spread in effect that lies between donors; assumed, nobody has measured it
n_analytes: int = 50  # molecules in one panel of spinal fluid; assumed, as in the chapter on the fluid
analyte_correlation: float = 0.2  # correlation of the changes of any two molecules in one person; assumed, as there
n_simulations: int = 10000  # random points behind the chances of three against nine; our choice
seed: int = 2023  # whole number; seed of those points, and of the sets behind shares of variance
bench_people: int = 52  # people enrolled for each group, in the sentence that weighs one design; what the short answer comes to
bench_groups: int = 2  # groups there, one of them with cells
bench_loss: float = 0.1  # share lost there; as dropout
bench_years: float = 2.0  # years followed there; as long as MS-STAT, whose spread it takes
bench_of: str = "all"  # word; the loss that can be prevented: all, or excess (beyond healthy ageing)
bench_spread: str = "msstat2014"  # source of the spread there; the first is that of atrophy_sd
bench_allocation: int = 1  # people with cells for each one in another group
bench_belief: str = "certain"  # word; effect taken as certain, or the belief that takes its place
confidence: float = 0.95  # share; coverage of every interval
cohort_gap_days: int = 91  # days; three months from the last injection of a cohort to the first of the next

# %%
from reporting import page
from trial import answers, assumptions, load, numbers_read, parameters, safety, words
from trial.charts import next_trial as draw
from trial.methods import intervals, planning
from trial.next_trial import bench, conduct, designs, doses, monitoring, event_sizes, scans, tornado, sizes

rules, cohorts = load.table("design_rules").set_index("rule"), load.table("cohorts")
read = {name: load.table(name) for name in ("controlled_trials", "progression", "sample_sizes")}
borrowed = {"hazard_ratio_spms": hazard_ratio_spms, "hazard_ratio_ppms": hazard_ratio_ppms, "hazard_ratio_hands": hazard_ratio_hands,
            "worse_spms": worse_spms, "worse_ppms": worse_ppms, "worse_composite": worse_composite, "scan_saving": scan_saving}
controlled, progression, published = parameters.in_place(read, **borrowed).values()  # what a reader chose stands where a trial's own stood
spreads, findings, weeks = sizes.published_spreads(load.table("atrophy"), published), load.table("sister_findings"), int(rules.value.follow_up_weeks)
chosen = parameters.chosen(atrophy_mean=atrophy_mean, atrophy_sd=atrophy_sd)
planned = {"atrophy_mean": atrophy_mean, "atrophy_sd": atrophy_sd, "healthy_atrophy": healthy_atrophy, "effect": effect, "alpha": alpha,
           "power": power, "dropout": dropout, "confidence": confidence, "lesions_per_year": lesions_per_year, "lesion_dispersion": lesion_dispersion}
others = {"effect_delay_weeks": effect_delay_weeks, "loss_correlation": loss_correlation, "donor_likeness": donor_likeness, "n_analytes": n_analytes, "analyte_correlation": analyte_correlation, "n_simulations": n_simulations, "seed": seed}
beliefs = {"sceptical": prior_sceptical, "neutral": prior_neutral, "optimistic": prior_optimistic, "enthusiastic": prior_enthusiastic}
prevented, excess = planning.loss_prevented(atrophy_mean, effect), planning.excess_loss_prevented(atrophy_mean, healthy_atrophy, effect)
slopes = scans.slopes(prevented, atrophy_sd, published, weeks, alpha, power)
headlines, held = tornado.headlines(planned | borrowed | others, beliefs, cohorts, load.table("safety_outcomes"), weeks)
singly = tornado.one_by_one(headlines, held)

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
per_arm, per_arm_excess = (planning.people_per_arm_z(difference, atrophy_sd, alpha, power) for difference in (prevented, excess))
oratorio, expand = (designs.size_as(trial, controlled, progression, alpha, power) for trial in designs.PAIRS)
people, base, rebased, enrolled = int(cohorts.people_treated.sum()), spreads.iloc[0], slopes[f"people_{scans.REBASE_WEEK}"], 2 * planning.with_dropout(per_arm, dropout)
as_wide = not chosen and not parameters.chosen(prior_enthusiastic=prior_enthusiastic)
believed = designs.beliefs_in_effect((prior_sceptical, prior_neutral, prior_optimistic, prior_enthusiastic), per_arm, atrophy_mean, atrophy_sd, alpha, useless_effect, base.people, as_wide)
both, both_excess = (sizes.size_over_both(loss, base.sd, base.people, effect, alpha, power, confidence) for loss in (base.loss, base.loss + healthy_atrophy))
ratio_chosen, rate_chosen = parameters.chosen(hazard_ratio_spms=hazard_ratio_spms), parameters.chosen(worse_spms=worse_spms)
spread_from = "that is assumed" if chosen else f"seen in another trial {page.cite(base.source)}"
known_from = "" if chosen else f"""Mean loss and spread are known from only {words.number(base.people)} people of another trial {page.cite(base.source)}, which leaves room for {words.between(both.lower, both.upper, sizes.people_or("no limit"))} and for {sizes.people_left_open(both_excess)}."""
page.say(f"""
To see {words.in_hundred(power)} times that cells prevent {words.level(effect)} of the yearly brain shrinkage (assumed), a trial needs about {words.number(per_arm)} people in each of two groups who stay for about {words.things(int(scans.TRIAL_YEARS), "year")}.
If {sizes.leave(dropout)}, {words.number(enrolled)} must start in all.
If healthy ageing goes on whatever the cells do, it needs about {words.number(per_arm_excess)} in each group. {known_from}
Half the effect quadruples these numbers.
To see an effect on disability {f"that lowers the hazard of getting worse by {words.level(1 - hazard_ratio_spms)}" if ratio_chosen else "as large as that of a drug known to slow it"} (assumed), it takes about {words.number(expand.people_per_arm)} in each group{f", if {words.level(worse_spms)} get worse without it" if rate_chosen else ""}.

Nobody knows whether there is such an effect; if there is none, no size will find it.
For a sceptic the trial on shrinkage would succeed {words.in_hundred(believed.assurance[0])} times, for an optimist {words.in_hundred(believed.assurance[2])} times (worked out from assumed beliefs).
To credit the cells, the other group must get everything but the cells; this trial had {words.in_words(people)} people and no other group.
""")

# %% tags=["prose"]
page.say(f"{answers.EXPLAINED} {designs.chosen_in_words(borrowed)}")
page.record("next_trial.n_per_arm", per_arm, unit="people", method="z formula, two-sided, share of all loss, before dropout, rounded up")
page.record("next_trial.n_per_arm_excess", per_arm_excess, unit="people", method="z formula, two-sided, share of the loss beyond healthy_atrophy, before dropout, rounded up")
page.record("next_trial.n_enrolled", enrolled, unit="people", method="both arms of n_per_arm, each divided by the share who stay and rounded up")

# %% [markdown]
# ## A design to try
#
# What a trial is worth depends on its size, its length, the effect and the spread all at once.

# %%
moved, known = bench.Settings(bench_people, bench_groups, bench_loss, bench_years, effect, bench_of, bench_spread, bench_allocation, bench_belief), bench.known_by_spread(spreads, planned, published)
weighed = bench.answered(moved, known, beliefs, alpha, confidence)
page.play("bench", bench.held(moved, known, beliefs, planned | {f"prior_{name}": belief for name, belief in beliefs.items()} | borrowed | others, chosen), bench.sentence(moved, weighed, known, confidence, chosen), stays=True)
page.record_table(conduct.named_results(bench=[weighed]))

# %% tags=["prose"]
page.say(f"""
Success: a normal test of two means, two-sided at {words.level(alpha)}, the spread taken as known, finds the people with cells ahead; with three groups, each comparison with the cells has half of that level.
Of the variance that one year shows, {words.percent(known["msstat2014"].scan_part)} is taken to be error of the scans (assumed), so longer trials see a smaller spread; a study of unread length is taken to be as long as MS-STAT (assumed).
""")

# %% [markdown]
# ## What it must compare
#
# Everyone in this trial got cells, anti-rejection drugs and a needle.
# Which of them did what can only be told by leaving one out, so the choice of the comparison group is the choice of the question.

# %%
comparisons = conduct.precedents(load.table("comparisons"), controlled, published)
page.table(comparisons, "What each comparison can answer.", columns=conduct.COMPARISONS, name="comparisons", kinds="assumed", note="Our judgement.")

# %% tags=["prose"]
page.say(f"""
Only a group with the same drugs and a sham puncture can tell what the cells do.
A group without the drugs answers what a patient would ask: whether the whole is better than nothing. But such drugs can act on MS, and people may guess which group they are in. Whether people who get no cells may be given these drugs is for those people and an ethics board to say, not for a formula.
{answers.sentence("next_trial_plan", "The authors' own plan", cite=page.cite, unread=answers.MARK)}
""")

# %% [markdown] tags=["depth"]
# ### Which question each design asks, in which order, and who compared so before
#
# “Does it work?” is many questions (estimands, in the words of the guideline on them): in whom, against what, measured how, and what is done with what happens on the way.
# The tables say what each design worth comparing would answer, to whom it matters, which trials made the comparison before, and what a second main outcome costs: with two chances to succeed, luck succeeds more often, unless each is tested more strictly.

# %%
page.table(comparisons, "Trials that made each comparison, in what we read.", columns=conduct.PRECEDENTS, name="precedents", kinds="reported assumed", source_column="Source", note="Which comparison a trial belongs to is our judgement; people are those of its two groups, as printed.")
page.table(conduct.estimands(load.table("estimands")), "What each design would estimate.", name="estimands", kinds="assumed", note="Our judgement, in the order of ICH E9 (R1). People with the two types of progressive MS are randomised apart, so that neither group gets more of one.")
page.table(load.table("intercurrent_events"), "What happens on the way, and what is done with it.", columns=conduct.EVENTS, name="intercurrent-events", kinds="assumed", first=3,
           note="Our judgement. Counted as it is: treatment policy. Counted as getting worse: composite. While alive or watched: while on treatment. As if: hypothetical.")

# %%
orders = conduct.orders(load.table("test_orders"), prevented, atrophy_sd, alpha, power)
page.table(orders, "Ways to test two main outcomes.", columns=conduct.ORDERS, name="orders", kinds="assumed derived", note="Assumed: the second outcome is as easy to find as brain volume and independent of it; if both move together, both are found more often.")
page.record_table(conduct.named_results(orders=orders))

# %% [markdown] tags=["depth"]
# ### One donor: what is counted?
#
# People are counted, but the cells have a source of their own.

# %% tags=["prose"]
page.table(conduct.donors(per_arm, donor_likeness), f"How many people a group of {words.number(per_arm)} counts for when the question is about such cells in general.", columns=conduct.donors_columns(donor_likeness), name="donors", kinds="assumed derived", note="Worked out from an assumed likeness, the part of the spread in effect that lies between donors: people divided by (1 + (people a donor − 1) × that part). None was measured; with one donor it cannot be, so one donor has no row.")
page.say(f"""
All cells of this trial came from {words.things(int(rules.value.donors), "fetus", "fetuses")} {page.cite("seed_nmss2023")}.
However many people take part, a trial with cells of one donor tells about that donor's cells: how donors differ cannot be estimated from it at all. More people do not help with that, more donors do. With one donor, even if somebody knew that {words.level(donor_likeness)} of the spread lay between donors (assumed), {words.number(per_arm)} people would count for no more than {words.number(planning.effective_people(per_arm, 1, donor_likeness))} when the question is about fetal cells in general.
""")

# %% [markdown]
# ## Which outcome can still move
#
# This trial took people who were already severely disabled.
# Some measures have little room left at that stage, and a trial built on them would see nothing whatever the cells do.
# Disability is counted on a scale on which a higher number means more of it (EDSS).
# MS itself comes in types: with relapses and recoveries (relapsing-remitting, RRMS), rising steadily after years of relapses (secondary progressive, SPMS), and rising from the start (primary progressive, PPMS).

# %%
page.table(conduct.outcomes_that_move(load.table("outcomes_that_move"), load.table("trial_participants"), controlled), f"What can still change at an EDSS of {words.plain(rules.value.edss_at_entry)} and above.", columns=conduct.OUTCOMES, name="outcomes", kinds="assumed", source_column="Source",
           note="Our judgement; the source is what it leans on, not who said it.")

# %% tags=["prose"]
entry = load.table("trial_participants").query("measure == 'EDSS for entry'").set_index("trial")
page.say(f"""
Few of the trials we read have measured anything in people like these: here the lowest EDSS was {words.plain(entry.lower.STEMS)} {page.cite("genchi2023")}, and in MS-STAT2 the highest was {words.plain(entry.upper["MS-STAT2"])} {page.cite("msstat2_news")}; one trial took people up to {words.plain(entry.upper["ORATORIO-HAND"])} and counted a composite of progression {page.cite("oratorio_hand")}.
Brain volume can be measured in everyone, but nobody feels it; a trial that rests on it alone leaves the question of daily life open.
""")

# %% [markdown]
# ## How many people, for which effect
#
# The size of a trial follows from what it must be able to see.
# Small effects need many people: halving the effect quadruples their number.

# %%
origin = f"Loss and spread: {'chosen by a reader' if chosen else base.group}."
needed = sizes.people_needed(atrophy_mean, atrophy_sd, healthy_atrophy, alpha, power, sizes.effects_around(effect), base.people, confidence)
page.chart(draw.people_needed, needed, f"People needed in each of two groups for about {words.things(int(scans.TRIAL_YEARS), 'year')}, by the share of the yearly loss that is prevented.", name="people-needed", kinds="assumed derived",
           sources=["msstat2014", "bvl2018"], **sizes.people_needed_by_effect(needed, effect), effect=effect, power=power, alpha=alpha, people=base.people, confidence=confidence, origin=origin)

# %% tags=["prose"]
in_spreads, ahead = sizes.standardised(prevented, atrophy_sd)
age = load.table("trial_participants").query("trial == 'MS-STAT' and measure == 'mean age'").value.iloc[0]
aged = "assumed" if parameters.chosen(healthy_atrophy=healthy_atrophy) else f"healthy people at about {words.plain(age)}, the mean age in MS-STAT, between the means in {page.cite('bvl2018', brackets=False)}"
page.say(f"""
Every size in this chapter is for a power of {words.level(power)} at a two-sided level of {words.level(alpha)}, by the normal formula and in people who stay to the end, unless it says otherwise.
Untreated people are taken to lose {words.plain(-atrophy_mean)}% of their brain volume a year on average, with a spread of {words.plain(atrophy_sd)} from person to person {spread_from}.
Preventing {words.level(effect)} of it (assumed) would shift the average by {words.significant(in_spreads)} of a spread: of two people, one from each group, the treated one would lose less {words.in_hundred(ahead)} times.
For that to be found {words.in_hundred(power)} times, it takes {words.number(per_arm)} people a group, and {words.number(per_arm_excess)} if ageing itself cannot be slowed: {words.plain(-healthy_atrophy)}% a year ({aged}).
{"" if chosen else f"To find it as often even where loss and spread lie at the less favourable limit takes {sizes.people_or('more than any trial could have')(both.upper)} a group, or {sizes.people_or('more than any trial could have')(both_excess.upper)} beyond ageing (noncentral t, two-sided {words.level(confidence)})."}
{tornado.share_sentence(singly)}
Measured as we would, from a new scan in week {words.number(scans.REBASE_WEEK)} to week {words.number(weeks)}, it takes {'more: ' if rebased.iloc[-1] > per_arm else ''}{words.number(rebased.iloc[0])} in each group with two scans and {words.number(rebased.iloc[-1])} with five.
""")

# %% [markdown] tags=["depth"]
# ### What the size rests on: spread, mean, scans and ageing
#
# The same formula, fed with other published means and spreads, gives other sizes; and even one source leaves much open.
# The first months after a drug is begun shift fluid, which on a scan looks like loss; a trial can wait and scan anew, and how much more scans help depends on how much of the spread is their error.

# %% tags=["prose"]
mixed = sizes.with_mix(spreads, load.table("atrophy"), rules.value.people_ppms, rules.value.people_spms)
by_source = sizes.sizes_by_source(mixed, published, healthy_atrophy, effect, alpha, power)
page.table(by_source, f"People per group for {words.level(effect)} prevented, from each mean and spread that we read.", columns=sizes.SIZES_BY_SOURCE, name="spreads", kinds="reported assumed derived", source_column="Source",
           note=f"Loss over the months of the study where these are named, else per year; the loss in excess of ageing only where the age was read, for ageing is that of an age. By the normal formula, or the noncentral t where that gives fewer than {words.number(sizes.FEW)}. The standard error of the lipoic acid trial is that of a coefficient, so its spread is assumed.")
open_ = scans.left_open(-atrophy_mean, atrophy_sd, base.people, effect, alpha, power, confidence)
reach = sizes.size_over_interval(base.loss, base.sd, base.people, effect, alpha, power, confidence)
page.record("next_trial.n_per_arm_both_open", per_arm if chosen else both.estimate, *(2 * [None] if chosen else sizes.finite(both)), "people", "as n_per_arm; limits: mean loss and spread both open, noncentral t, two-sided")
page.record("next_trial.n_per_arm_excess_both_open", per_arm_excess if chosen else both_excess.estimate, *(2 * [None] if chosen else sizes.finite(both_excess)), "people", "as n_per_arm_excess; limits: mean loss and spread both open, noncentral t, two-sided, healthy_atrophy taken as known")
page.table(open_, f"What {words.number(base.people)} people leave open of a spread and a mean, and what it does to the size for {words.level(effect)} prevented.", columns=scans.CARRIED, name="left-open", kinds="assumed derived", note=f"Limits of the spread by chi squared, of the mean by t, of both open by the noncentral t, all two-sided {words.level(confidence)}. Sizes by the normal formula, or the noncentral t where that gives fewer than {words.number(sizes.FEW)}. The last row averages the power over both.")
by_slug = open_.set_index("slug").people_per_arm
page.say(f"""
By a charity's digest {words.in_words(int(rules.value.people_ppms))} of the {words.in_words(people)} people here had PPMS and {words.in_words(int(rules.value.people_spms))} SPMS {page.cite("mstranslate2023")}; a placebo group mixed like that would lose {words.number(mixed.loss[0], 2)}% a year, and the size would be {words.number(by_source.per_arm[1])} a group, if the spread is that of SPMS.
Taken as known, spread and mean give {words.number(by_slug.naive)} a group; at the limits of the spread alone (chi squared, two-sided {words.level(confidence)}) it would be {words.between(by_slug.spread_low, by_slug.spread_high, words.number)}, with both open {words.between(by_slug.both_high, by_slug.both_low, sizes.people_or("no limit"))} (noncentral t, two-sided {words.level(confidence)}), and with each at its worse limit at once, which is less likely, {sizes.people_or("no limit")(by_slug.corner_low)}.
A trial that succeeds {words.in_hundred(power)} times on average over all that {words.number(base.people)} people leave open takes {sizes.people_or("more than any trial could have")(by_slug.carried)}; where the truth is less favourable than what was seen, that is too few.
""")

# %% tags=["prose"]
page.table(slopes, f"People per group by a line through each person's scans, to week {words.number(weeks)}.", columns=scans.SLOPES, name="slopes", kinds="assumed derived", sources=["altmann2009", "oratorio"], note="Scans evenly spaced; the middle one of three adds nothing to a line. That the fluid shift is over by then is assumed: ORATORIO measured from that week, but it tested ocrelizumab and no anti-rejection drug. Where such drugs stop later, a shift back falls between the scans: it is the same in both groups that get them, and a bias against a sham puncture alone.")
page.table(sizes.excess_by_age(load.table("atrophy"), -atrophy_mean, atrophy_sd, effect, alpha, power, rules.upper.age_years), "What is left to prevent if ageing cannot be slowed, by the age of those who take part.", columns=sizes.EXCESS_BY_AGE, name="ages", kinds="reported assumed derived", sources=["bvl2018"], note=f"Up to {words.number(rules.upper.age_years)} years, the oldest whom this trial took; the loss in MS is that at about {words.number(age)}, at every age (assumed).")
parts, differences = scans.split(atrophy_sd, published), {"All loss": prevented, "Loss beyond healthy ageing": excess}
saving = read["sample_sizes"][published.source == "altmann2009"].saving_over_one_year_percent.min()
page.table(sizes.sizes_by_formula(differences, atrophy_sd, alpha, power, dropout, scans.scan_part(published), loss_correlation), "The same question under several formulas.", columns=sizes.formulas_columns(differences), name="formulas", kinds="assumed derived",
           note="Adjusting for a known value saves people only as far as it foretells the loss; that correlation is assumed.")
page.say(f"""
Longer trials need fewer people: by one study of people with SPMS, two years instead of one save at least {words.plain(saving)}% of them {page.cite("altmann2009")}.
If {f"{words.level(scan_saving)} are saved, as a reader chose, and all of that" if parameters.chosen(scan_saving=scan_saving) else "all of that"} is due to the scans (assumed), people truly differ by {words.number(parts[0], 2)}% a year and a single scan errs by {words.number(parts[1], 2)}% of the volume.
{scans.what_scans_save(slopes)}
MS-STAT saw its spread over {words.number(scans.TRIAL_YEARS)} years; over {words.number(weeks)} weeks the scans err a little more in a year, so two of them from the start take {words.number(slopes.people_0.iloc[0])} a group{f" where the formula says {words.number(per_arm)}" if slopes.people_0.iloc[0] > per_arm else " too, rounded up"}.
""")
page.record_table(conduct.named_results(slope=slopes.tail(1), slopes=slopes))

# %% [markdown]
# ### Getting worse is counted by events
#
# Whether people get worse is asked again and again, so what is compared is how fast it happens: a ratio of hazards, not of shares.
# The size then follows from the number of people who must get worse before such a ratio can be told from one.

# %% tags=["prose"]
hands = designs.size_by_events(designs.composite_worse(progression), conduct.hazard_ratio(controlled, designs.HANDS), alpha, power)
plan = event_sizes.Plan(expand.hazard_ratio, alpha, power, dropout, weeks)
rates = event_sizes.sizes_by_rate(event_sizes.control_rates(progression, confidence), plan)
ascend = rates.set_index("trial").loc["ASCEND"]
steps = event_sizes.steps(ascend.rate, plan, effect_delay_weeks)
on_the_way = steps.set_index("slug").people_per_arm
ppms_chosen, ascend_chosen = parameters.chosen(hazard_ratio_ppms=hazard_ratio_ppms, worse_ppms=worse_ppms), parameters.chosen(worse_composite=worse_composite)
page.say(f"""
{f"In place of what EXPAND printed of siponimod in SPMS {page.cite('expand')} this rerun takes" if ratio_chosen or rate_chosen else f"Siponimod lowered the risk of progression by {words.percent(1 - expand.hazard_ratio)} in people with SPMS {page.cite('expand')}; read as"} a hazard ratio of {words.plain(expand.hazard_ratio)}{":" if ratio_chosen or rate_chosen else ""} it turns the {words.percent(expand.worse)} who {"get worse without it" if ratio_chosen or rate_chosen else "got worse on placebo"} into {words.percent(planning.share_under_hazard(expand.worse, expand.hazard_ratio))}{"" if ratio_chosen or rate_chosen else ", as printed"}.
To see that ratio {words.in_hundred(power)} times takes {words.number(expand.events)} people who get worse, whatever the outcome is (log-rank test, Schoenfeld's formula).
Where {"so many get worse" if rate_chosen else "as many get worse as in that trial"} (assumed), this means {words.number(expand.people_per_arm)} people in each group; where fewer do, more people or more years. {tornado.disability_sentence(singly, ratio_chosen)}
""")

# %% [markdown] tags=["depth"]
# ### Other outcomes, and what leaving, confirming, a late effect and an unknown rate add
#
# Other trials had other ratios, and other shares of people who got worse.
# The formula knows one share and nothing of the way there; and that share is itself known only from other people, less disabled than those of this trial where we read it.

# %% tags=["prose"]
page.say(f"""
In PPMS {"a reader chose" if ppms_chosen else "ocrelizumab had"} a ratio of {words.plain(oratorio.hazard_ratio)} with {words.percent(oratorio.worse, 1)} worse {"without treatment, in place of what ORATORIO printed of ocrelizumab" if ppms_chosen else "on placebo"} {page.cite("oratorio")}: that pair takes {words.number(oratorio.events)} people who get worse, and {words.number(oratorio.people_per_arm)} in each group.
An outcome that counts the hands too {"moves" if hands.worse > expand.worse else "may move"} more often: with a ratio of {words.plain(hands.hazard_ratio)} {"in place of that" if parameters.chosen(hazard_ratio_hands=hazard_ratio_hands) else "as"} on the composite of ORATORIO-HAND, in people up to an EDSS of {words.plain(entry.upper["ORATORIO-HAND"])} {page.cite("oratorio_hand")}, and {words.percent(hands.worse)} worse {"in place of what was seen" if ascend_chosen else "as"} on that of ASCEND {page.cite("ascend")} (both assumed to hold here), {words.number(hands.people_per_arm)} in each group would do.
That may flatter it: what that composite is made of is {answers.MARK}, and where it counts a walk that people at this stage cannot do any more, fewer get worse and more people are needed.
""")
page.table(rates, f"How fast people got worse without treatment, and how many to enrol in each group for a hazard ratio of {words.plain(expand.hazard_ratio)} over {words.number(weeks)} weeks.", columns=event_sizes.RATES, name="rates", kinds="reported derived assumed", source_column="Source",
           note=f"Control groups of which share, people and time were read. Limits exact for the share, two-sided at {words.level(confidence)}; a constant hazard is assumed, and that {sizes.leave(dropout)}.")
page.table(steps, f"One size, step by step, at the rate of ASCEND and a hazard ratio of {words.plain(expand.hazard_ratio)}.", columns=event_sizes.STEPS, name="steps", kinds="assumed derived", sources=["ascend", "expand"], note="People who leave count until then (sums of Lachin and Foulkes), events by Schoenfeld; those who got worse and leave before it is confirmed count as confirmed (assumed). Where the cells act late, the events needed are divided by the square of the share of events that comes after: the test weighs all alike.")
early, late = (designs.size_as("ORATORIO", controlled, progression, alpha, power, f"{each}-week") for each in event_sizes.CONFIRMED_WEEKS)
until_gone = event_sizes.counted_until_gone(expand.worse, plan)
page.record("next_trial.n_progression_expand_until_gone", until_gone, unit="people", method="log-rank with loss, own pair of EXPAND, to enrol per arm; who leaves counts until then")
start = load.table("trial_participants").query("trial == 'ASCEND' and unit == 'percent'").iloc[0]
page.say(f"""
What happens on the way adds to every such size: at the rate of ASCEND and the ratio of EXPAND, from {words.number(on_the_way["none"])} in each group {f"to {words.number(on_the_way['loss'])} if {sizes.leave(dropout)}, and " if dropout else ""}to {words.number(on_the_way["late"])} if changes must last and the cells act late (assumed).
{f"If {words.percent(ascend.share)}, as a reader chose, of the" if ascend_chosen else f"In ASCEND {words.percent(ascend.share)} of"} {words.number(ascend.people)} people {"of ASCEND had got" if ascend_chosen else "got"} worse in {words.number(ascend.weeks)} weeks {page.cite("ascend")}: {words.number(ascend.rate, 2)} a year, with limits (exact, two-sided {words.level(confidence)}) that alone move the size from {words.between(ascend.at_upper, ascend.at_lower, words.number)} a group.
Of everyone in ASCEND, {words.percent(start.value / 100)} began with an {start.measure.removesuffix(" at the start")}, so at or just below the point where this trial began; how people above it get worse, no control group we read can say.
Asking for a change to last longer loses events at the end{"" if ppms_chosen else f": in ORATORIO {words.percent(early.worse, 1)} were worse for {words.number(event_sizes.CONFIRMED_WEEKS[0])} weeks and {words.percent(late.worse, 1)} for {words.number(event_sizes.CONFIRMED_WEEKS[1])}, and its two ratios take {words.between(early.people_per_arm, late.people_per_arm, words.number)} a group {page.cite('oratorio')}"}.
A late effect costs most: what happens before the cells act cannot tell the groups apart.
""")
page.record_table(conduct.named_results(steps=steps))

# %% [markdown] tags=["depth"]
# ### Does the formula agree with published sizes?
#
# A published size can be recomputed only where its inputs are printed too.
# PBVC, SIENA, SIENAX, CCV and BBSI are ways of measuring brain volume, or its change, on scans.

# %% tags=["prose"]
check = sizes.van_den_elskamp(published)
page.table(sizes.published_sizes(published, effect, alpha, power), f"Published sizes per group, what could be recomputed, and the same sizes carried to an effect of {words.level(effect)} at a power of {words.level(power)}.", columns=sizes.PUBLISHED, name="published", kinds="reported derived", source_column="Source",
           note="Empty: the power, or the inputs to recompute from, are not in what we read. In brackets: over the rounding of the inputs. Carried sizes are scaled only, which checks nothing; where the power was not read, the usual one is assumed.")
page.table(conduct.checks(load.table("methods")), "What each sum of this chapter was checked against.", columns=conduct.CHECKS, name="checks", kinds="derived", note="Simulated where the table says so; no check is of this trial's own numbers.")
page.say(f"""
One size can be checked: from a mean and a standard error printed by van den Elskamp and others {page.cite("vdelskamp2010")} the formula gives {words.number(check.computed)} per group, or {words.between(check.lowest, check.highest, words.number)} over the rounding of the two inputs; they printed about {words.number(check.published)}.
Their power is {answers.MARK}: {words.level(sizes.USUAL_POWER)} at a two-sided {words.level(sizes.USUAL_ALPHA)} is assumed, and fits.
The other sizes ({page.cite("altmann2009", "anderson2007", "cawley2017", brackets=False)}) can only be carried over, not confirmed.
""")

# %%
page.record("next_trial.n_van_den_elskamp", check.computed, check.lowest, check.highest, "people", f"z formula, SD = SE sqrt(people behind it), {words.level(sizes.USUAL_POWER)} power and two-sided {words.level(sizes.USUAL_ALPHA)} assumed; limits over the rounding of the inputs")
page.record("next_trial.n_per_arm_msstat", planning.people_per_arm_z(base.loss * effect, base.sd, alpha, power), *sizes.finite(reach.people), "people", "z formula; limits: mean loss at the ends of its two-sided t interval, spread as known")
page.record_table(conduct.named_results(left_open=open_[1:].assign(people=base.people), carried=believed.assign(people=base.people)))
page.record_table(conduct.named_results(expand=[expand]))

# %% [markdown]
# ## What more people cannot buy
#
# A power holds only if the effect is there.
# Whoever is not sure of that can average the power over a belief in the effect; the result is the chance of success (assurance).
# No size lifts it above the belief that there is any effect at all.

# %% tags=["prose"]
shown = believed[believed.belief.isin(designs.SHOWN)]
curves = designs.success_curves(shown, atrophy_mean, atrophy_sd, alpha, effect, per_arm)
heads = designs.beliefs_columns(per_arm, useless_effect, base.people)
page.chart(draw.more_people, curves, "Three beliefs in the effect, and the chance of success they give to a trial of each size.", name="more-people", kinds="assumed derived", sources=["msstat2014"],
           data=shown, columns=heads, believed=shown, per_arm=per_arm, effect=effect, alpha=alpha, origin=origin)
sceptic, _, optimist, wide = believed.itertuples()
page.say(f"""
A trial with a power of {words.level(power)} succeeds {words.in_hundred(sceptic.assurance)} times for a sceptic and {words.in_hundred(optimist.assurance)} times for an optimist (worked out from assumed beliefs).
With any number of people it cannot go beyond {words.in_hundred(sceptic.ceiling).removeprefix("fewer than ")} and {words.in_hundred(optimist.ceiling)}: that is how far each believes in any effect at all.
A success can also be of little use: for a sceptic {words.in_hundred(sceptic.success_and_useless)} trials succeed although {designs.at_most_prevented(useless_effect, " of the loss")}, for an optimist {words.in_hundred(optimist.success_and_useless)}.
""")

# %% [markdown] tags=["depth"]
# ### What each belief is worth, and what would be worth having
#
# The size asks for an effect; why that one, and whether a success would help anyone, are questions of their own.

# %% tags=["prose"]
page.table(believed, f"What a trial of {words.number(per_arm)} people a group is worth under each belief.", columns=heads, name="beliefs", kinds="assumed derived",
           note=f"Success: a two-sided test at {words.level(alpha)} finds the treated group ahead. The spread between people is taken as known but in the column that says otherwise.")
page.table(scans.worth(-atrophy_mean, atrophy_sd, -healthy_atrophy, useless_effect, conduct.msstat_reduction(controlled), effect, per_arm, alpha, power), "Effects that could be worth having, and why each is asked about.", columns=scans.WORTH, name="worth", kinds="assumed derived", sources=["msstat2014"], note="What a person would call worth having was asked of nobody in what we read.")
page.say(f"""
The last belief is {"centred on what MS-STAT saw and as wide as three against nine people leave it, so little does such a comparison pin down" if as_wide else "one that a reader chose"}: {words.in_hundred(wide.more_than_total)} parts of it lie beyond total prevention, which cannot be, and {words.in_hundred(max(1 - wide.ceiling, 1e-12))} on the side of harm.
That loss and spread are known only from {words.number(base.people)} people moves these chances{" little" if (believed.carried - believed.assurance).abs().max() < 0.05 else ""}: to {words.in_hundred(sceptic.carried)} for a sceptic and {words.in_hundred(optimist.carried)} for an optimist.
What nobody knows is the effect.
""")
page.record_table(conduct.named_results(beliefs=believed.assign(useless=useless_effect, part=designs.SHARE_OF_CEILING)))

# %% [markdown]
# ## What early hints were worth
#
# Trials of this kind have been followed by larger ones before.
# The record below holds what we read, in both directions; it is not a complete search, so no rate of success can be taken from it.
# One kind of cells in it, MSC-NP, is made from a person's own bone marrow.

# %% tags=["prose"]
stat, stat2, sprint = (controlled[controlled.trial == name].iloc[0] for name in ("MS-STAT", "MS-STAT2", "SPRINT-MS"))
other = float(load.table("conflicts").query("about == 'upper limit of the MS-STAT2 hazard ratio'").says_b.iloc[0].split()[0])
fitting, unfitting = (conduct.p_value_of_limits(conduct.as_printed(stat2, upper)) for upper in (stat2.upper, other))
page.say(f"""
One lesson is MS-STAT: brain shrinkage was {words.percent(conduct.msstat_reduction(controlled))} slower with simvastatin in {words.number(stat.people_treatment + stat.people_comparator)} people {page.cite("msstat2014")}, and in the {words.number(stat2.people_treatment + stat2.people_comparator)} people of MS-STAT2 no slowing of disability was found, by news pages {page.cite("msstat2_2025", "msstat2_news")}.
The hazard ratio was {words.number(stat2.effect, 2)} with limits of {words.limits(conduct.as_printed(stat2), sizes.TWO_DIGITS)} and p = {stat2.p_value}.
In SPRINT-MS shrinkage was {words.plain(sprint.effect)}% slower, and that came from people with PPMS, not SPMS {page.cite("sprintms")}.
""")
page.fold("Is that upper limit sure?", f"One digest prints {words.number(other, 2)}; that would go with a p-value of {words.number(unfitting, 2)}, while {words.number(stat2.upper, 2)} goes with {words.number(fitting, 2)}, so only the latter fits what is printed (worked out on the scale of logarithms) {page.cite('msstat2_news')}.")

cells = controlled[controlled.trial == "MSC-NP phase II"].iloc[0]
walk = controlled[controlled.trial.str.startswith("MSC-NP phase II,") & controlled.outcome.str.contains("25-foot")].iloc[0]
sham = controlled[(controlled.trial == "IT-MSC, IV-MSC or sham") & (controlled.value_unit == "percent")].iloc[0]
volume = read["controlled_trials"][(controlled.trial == "ORATORIO") & (controlled.effect_measure == "hazard ratio")].iloc[0]
page.say(f"""
With other cells, people improved in small trials without a control group; against salt water {words.plain(cells.treatment_value)}% improved with cells and {words.plain(cells.comparator_value)}% without, while a subgroup walked better (p = {walk.p_value}) {page.cite("harris2024")}.
It also goes the other way: mesenchymal cells into the spinal fluid met their outcome against sham, with failure in {words.plain(sham.treatment_value)}% against {words.plain(sham.comparator_value)}% {page.cite("petrou_tab")}.
And volume and disability can move together: ocrelizumab slowed both shrinkage and progression in PPMS with a hazard ratio of {words.number(volume.effect, 2)} and limits of {words.limits(conduct.as_printed(volume), sizes.TWO_DIGITS)} {page.cite("oratorio")}.
So an early sign is a reason for a larger trial, with a comparison group and an outcome that people feel; it does not take the place of one.
""")

# %%
hints = conduct.early_hints(load.table("early_hints"), read["controlled_trials"], findings)
page.table(hints, "Early signs and what came after them.", columns=conduct.HINTS, name="hints", kinds="reported derived", source_column="Source", folded="Show the record, trial by trial",
           note=f"Per cent slower in MS-STAT is worked out from its adjusted difference. Without an early sign: none was read, and the trial tells how such trials can end, not what a sign is worth. In brackets: {conduct.LIMITS_PRINTED}.")

# %% tags=["prose"]
luck, before = 1 / len(cohorts), 0.1
times = intervals.most_odds_can_rise(luck)
after = times * before / (1 - before + times * before)
leads = planning.chance_top_leads(cohorts.people_treated.tolist(), prevented, atrophy_sd)
page.say(f"""
Of the hint of this trial we read words only: that the highest of {words.in_words(len(cohorts))} doses did best, in a comparison that is exploratory and uncontrolled; how often luck alone gives such a picture stands in the chapter on brain shrinkage.
Such bare words multiply the odds of an effect by {words.number(times)} at the most: whoever gave the cells a chance of {words.percent(before)} beforehand (assumed) can now give them {words.percent(after)} at the most.
Had that dose alone prevented {words.level(effect)} of the loss (assumed), it would have come out best {words.in_hundred(leads)} times; then the words multiply the odds by {words.number(leads / luck, 1)}{" only" if leads < 0.8 else ""}. A size or a p-value in the article could move one further.
""")

# %% [markdown]
# ## How long it takes
#
# The recorded dates of this trial give one estimate of how fast such a trial can go, and its rules give another.

# %% tags=["prose"]
pace = conduct.recorded_pace(cohorts, rules, cohort_gap_days)
volunteers = findings[findings.finding.str.startswith("volunteers")].iloc[0]
years_alone, times = enrolled / pace.people * pace.recorded_months / 12, conduct.time_to_enrol(enrolled, pace, weeks)
treated, ten = load.table("sister_trials").set_index("trial").people_treated["hNSC-SPMS"], times.set_index("centres").loc[designs.CENTRES]
page.say(f"""
By the recorded dates it took about {words.number(pace.recorded_months)} months to inject {words.number(pace.people)} people, if the recorded end is the last visit {page.cite("blog_stems2017", "reg_stems_mirror")}; the waits of the rules alone {f"with {words.things(cohort_gap_days, 'day')} between cohorts (a reader’s choice) " if parameters.chosen(cohort_gap_days=cohort_gap_days) else ""}come to {words.number(pace.rule_days)} days.
At the recorded pace one centre would need {conduct.years_in_words(years_alone)} for {words.number(enrolled)} people, so {"such a trial needs many centres" if years_alone > 5 else "a few centres could do it"}; with {words.in_words(designs.CENTRES)} it is {conduct.years_in_words(ten.finish_years)} to the last visit.
Willing people were not what was missing elsewhere: {words.number(volunteers.value)} volunteered for the {words.number(treated)} places of a similar trial {page.cite("leone_mw")}; how many of them could have taken part is {answers.MARK}.
""")

# %%
page.table(times, f"Years to enrol {words.number(enrolled)} people and to see the last one for the last time.", columns=conduct.TIME_TO_ENROL, name="time", kinds="assumed derived", folded="Show the years by the number of centres", sources=["blog_stems2017", "reg_stems_mirror", "reg_stems"],
           note="Every centre is assumed to go at the pace of this one. The waits between doses would not apply to a trial of one dose, so the true pace could be faster.")

# %% [markdown]
# ## Watching for harm on the way
#
# A larger trial is also the first chance to see harm that twelve people cannot show.

# %%
harm = monitoring.excluded([people, enrolled // 2, *monitoring.WITH_CELLS], confidence)
page.table(harm, "What people with cells exclude if none of them comes to a given harm.", columns=monitoring.HARM, name="harm", kinds="derived", note=f"Exact, one-sided {words.level(confidence)}. {words.number(people)} are those of this trial, {words.number(enrolled // 2)} one group of the next; the chances hold if the rate is true.")

# %% tags=["prose"]
serious = load.table("serious_event_comparison").query("trial == 'MS-SMART'").iloc[0]
rate, free = serious.people_with / serious.people, planning.people_to_exclude_harm(safety.LARGEST_HARM, confidence, 0)
doubled = planning.people_per_arm_shares(rate, 2 * rate, alpha, power)
(rule, stops_at), (_, whole) = monitoring.run_in_rule(min(monitoring.RUN_IN_PEOPLE, enrolled // 2)), monitoring.run_in_rule(enrolled // 2)
any_early, any_serious = (monitoring.false_alarms(counts, rate) for counts in (stops_at, whole))
page.record("next_trial.whole_p_stop__any_serious", any_serious, unit="probability", method="exact, stated stopping rule (assumed), over all with cells, at the share with a serious event of any cause on placebo in MS-SMART")
page.record("next_trial.run_in_p_stop__any_serious", any_early, unit="probability", method="exact, stated stopping rule (assumed), in the run-in, at the share with a serious event of any cause on placebo in MS-SMART")
page.say(f"""
To exclude a harm that strikes one in {words.number(1 / safety.LARGEST_HARM)} takes {words.number(free)} people with cells and none harmed (exact, one-sided {words.level(confidence)}).
Serious events of any cause come without cells too: {words.number(serious.people_with)} of {words.number(serious.people)} people on placebo had one in {words.number(serious.weeks)} weeks of MS-SMART {page.cite("mssmart2020")}, so {monitoring.expected(rate * enrolled / 2)} to be expected among the {words.number(enrolled // 2)} who start in each group.
To notice that the cells double that share would take {words.number(doubled)} people a group (normal formula for two shares, variances not pooled, two-sided at {words.level(alpha)}, power {words.level(power)}), and harm that comes after years cannot be seen in two.
A rule written down beforehand can stop the trial, for instance as soon as {monitoring.rule_in_words(rule)} with cells come to {monitoring.HARM_COUNTED} (assumed).
""")

# %% [markdown] tags=["depth"]
# ### Rules that can stop the trial, for harm or for want of an effect
#
# A few people can be treated first, or everyone watched under one rule; and a trial that goes nowhere can end early, if that too is written down before it starts.

# %% tags=["prose"]
stopped = monitoring.first_and_all(stops_at, whole)
page.table(stopped, f"What the stopping rule does {monitoring.among(len(stops_at), len(whole))} people with cells.", columns=monitoring.rule_columns(len(stops_at), len(whole)), name="run-in", kinds="assumed derived", note=monitoring.run_in_note())
page.say(f"""
The rule is one of many that could be chosen; these chances are worked out exactly for it, and with a milder rule more people would be harmed before the trial stops.
Watched to the end, it stops {words.in_hundred(monitoring.false_alarms(whole))} trials in which the rate is just the tolerable one: safety has false alarms too. At the rate of serious events of any cause on placebo ({words.number(serious.people_with)} of {words.number(serious.people)}) it would stop {f"{words.in_hundred(any_early)} among the first {words.number(len(stops_at))} and " if len(stops_at) < len(whole) else ""}{words.in_hundred(any_serious)} among all {words.number(len(whole))}, which is why it counts only what is put down to the cells; for those events, the two groups must be compared.
""")
looks = monitoring.early_look([0.0, useless_effect, effect], per_arm, atrophy_mean, atrophy_sd, alpha)
page.table(looks, f"One early look at a trial of {words.number(per_arm)} people a group, by rule and by what is true.", columns=monitoring.LOOK, name="look", kinds="assumed derived", note=monitoring.look_note(), first=3)
mild, strict = (looks[looks.slug == slug] for slug in ("", "__pp20"))
page.say(f"""
If the package does nothing, the mildest rule ends the trial early {words.in_hundred(mild.p_stop.iloc[0])} times and the strictest {words.in_hundred(strict.p_stop.iloc[0])}; if {words.level(effect)} is prevented (assumed), they take {monitoring.percentage_points(abs(mild.power_lost.iloc[-1]))} and {monitoring.percentage_points(abs(strict.power_lost.iloc[-1]))} off the power.
What it saves is visits rather than injections: with {words.in_words(designs.CENTRES)} centres at the recorded pace, {words.percent(ten.treated_by_half)} of the people have been treated before half have finished.
""")

# %% [markdown] tags=["depth"]
# ### Which dose: the top one, or two side by side
#
# This trial found no dose that was too high and none that was best; a next one could take the top dose, or randomise the two highest.

# %% tags=["prose"]
picked = doses.picked(load.table("dlt_curves"), per_arm, effect, -atrophy_mean, atrophy_sd)
page.table(picked, f"Two doses of {words.number(per_arm)} people each: how often the better one is picked, and what then happens.", columns=doses.COLUMNS, name="two-doses", kinds="assumed derived", first=3,
           note=f"Harm at the two highest doses as in the report's curves (assumed); what each dose prevents is assumed too, and the spread taken as known. The dose ahead on brain volume is picked, unless at least {words.percent(doses.MARGIN)} more people were harmed on it. Better is the one that this rule would pick if nothing were left to chance; without a number: neither.")
told = picked.set_index("slug")
page.say(f"""
If harm grows fast and both doses prevent as much (assumed), two doses side by side bring harm at the picked dose from {words.percent(told.harm_top.same__steep)} down to {words.percent(told.harm.same__steep)}, and the better dose is picked {words.in_hundred(told.right.same__steep)} times.
If {words.percent(told.harm_top.more__flat_10)} are harmed at either dose and the top one prevents twice as much (assumed), it is picked {words.in_hundred(told.right.more__flat_10)} times; on average {words.percent(told.prevented.more__flat_10)} of the loss is then prevented, in place of {words.percent(told.prevented_top.more__flat_10)}.
The price is a third group: half as many people again, and more if each dose must succeed by itself.
""")
page.record_table(conduct.named_results(p_best=picked.assign(margin=doses.MARGIN), harm_at_picked=picked.assign(margin=doses.MARGIN)))

# %%
page.record_table(conduct.named_results(whole=stopped, run_in=stopped, looks=looks))
page.record_table(conduct.named_results(excluded=harm.assign(confidence=confidence)))
page.record("next_trial.months_recorded", pace.recorded_months, unit="months", method="recorded start to recorded end less follow_up_weeks; assumes that the end is the last visit")
page.record("next_trial.n_to_exclude_5pct_enrolled", planning.people_to_exclude_harm(0.05, confidence, dropout), unit="people", method="smallest n with (1 - rate)^n <= 1 - confidence, one-sided, divided by 1 - dropout and rounded up")

# %% [markdown]
# ## Designs to choose from
#
# No design answers every question; each row below buys one answer at the price of people.

# %%
choices, every = designs.asked(load.table("designs"), planned, controlled, published, progression, believed[["mean", "sd"]].to_numpy(), pace, weeks)
page.hand_out("designs", every)
page.table(choices, "People per group for several designs, and the assumption behind each.", columns=designs.DESIGNS, name="designs", sortable=True, kinds="assumed derived", sources=designs.SOURCES, note=designs.note(planned, until_gone))
page.record_table(conduct.named_results(designs=choices.assign(centres=designs.CENTRES), lesions=choices[choices.slug == "new_lesion"]))

# %% tags=["prose"]
compared = choices[choices.arms > 1].people_enrolled.dropna()
page.say(f"""
The designs that compare groups need {words.number(compared.min())} to {words.number(compared.max())} people in all, and what separates them is what they assume.
A share of the yearly loss, a hazard and a rate of lesions are three scales: {words.level(effect)} less on one promises nothing on another.
""")

# %% [markdown] tags=["depth"]
# ### Which assumption the conclusions hang on
#
# First each assumption goes over its range alone; then all of them go over theirs at once, independently, and the variance of each result is shared out.

# %% tags=["prose"]
page.say(tornado.scope(headlines))
page.chart(draw.hangs_on, tornado.for_picture(singly), "What each result becomes while one assumption goes over its range.", name="hangs-on", kinds="assumed derived", data=singly, columns=tornado.ONE_BY_ONE, note=tornado.note(alpha, per_arm))
shares = tornado.all_at_once(headlines, seed, confidence)
page.table(shares, "How the variance of each result over all ranges is shared out among assumptions.", columns=tornado.SHARES, first=3, name="variance", kinds="assumed simulated", note=tornado.note_on_shares(confidence))
page.say(f"""
{tornado.lean_flips(singly)}
{tornado.weigh_the_same(singly)}

Each result, what moves it most, and how much of its variance over all ranges that makes (simulated sets, seeded; assumed ranges):

{tornado.in_sentences(singly, shares)}
""")
page.table(assumptions.ranges(), "How far each assumption could plausibly lie, and why.", columns=assumptions.RANGES, name="ranges", kinds="reported derived assumed", source_column="Source", folded="Show every range, its reason and its source", note="Our judgement where the reason names no limits; a range is no forecast.")
page.record_table(tornado.records(singly, shares))

# %% [markdown]
# ## What this cannot tell us
#
# - Whether the cells have any effect: every size here starts from an assumed one.
# - How wide the spread is in people as affected as those of this trial; the spreads come from people who walked better.
# - Whether less brain shrinkage would mean a better life.
#
# ## What would change our mind
#
# - Brain volume change of each person of this trial, which would give a spread for people at this stage.
# - A trial in such people in which brain volume and daily life were both measured.
# - Cells of several donors given in one trial.
# - The protocol of the next trial.

# %% [markdown] tags=["depth"]
# ## References

# %%
page.table(numbers_read.numbers(load.keyed("sample_sizes")), "Numbers read for this chapter, used above or not.", name="as-read", source_column="Source", folded="Show all of them")
page.references()
