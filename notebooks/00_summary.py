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
# # What can twelve people tell us?
#
# The news of a small stem cell trial in progressive MS spoke of “hints of benefit”.

# %% tags=["parameters"]
confidence: float = 0.95  # coverage of the intervals, share; must be that of the other chapters
lesions_per_year: float = 0.5  # new or enlarging lesions a year without treatment; another trial's, must be that of the other chapters
effect: float = 0.5  # share of the yearly loss prevented, where an effect is imagined; our assumption
lesion_dispersion: float = 1.0  # size k of the negative binomial for new lesions; smaller means more bunched; our assumption
power: float = 0.8  # chance to find the effect if it is there; above alpha

# %%
from reporting import page
from trial import answers, design, load, parameters, safety, summary, words
from trial.charts import summary as draw
from trial.methods import intervals

# %%
results = page.results()
rules = load.table("design_rules").set_index("rule")
cohorts = load.table("cohorts")
people, per_dose = int(cohorts.people_treated.sum()), int(cohorts.people_treated.iloc[-1])

# %%
harmed, any_serious, lesions = (results.loc[f"{name}"] for name in ("safety.related_serious", "safety.any_serious", "imaging.new_lesions"))
none = words.people_share(harmed.value, people)
rate = "a rate that a reader chose" if parameters.chosen(lesions_per_year=lesions_per_year) else "a borrowed rate"

# %% tags=["prose"]
page.say(f"""
> {words.sentence(words.in_words(people))} people with MS got nerve stem cells: {none} had serious harm put down to the cells; whether they help or harm, {words.in_words(people)} cannot tell.
>
> Source: the STEMS trial {page.cite("genchi2023", "seed_nmss2023")}, read in part. The whole article is open to all: [PMC9873560]({answers.ARTICLE}).
""")

# %% [markdown]
# ## In one picture

# %%
behind = {"spots": load.table("lesions").query("measure == 'new_or_enlarging_t2_per_year'"), "shrinkage": load.table("atrophy").query("source != 'genchi2023'"), "molecules": load.table("biomarkers").query("source not in ['genchi2023', 'seed_nmss2023']")}
column = summary.empty_column(load.table("serious_event_comparison"), load.table("progression"), load.table("sister_trials"), behind, results, people, lesion_dispersion, rate)
page.chart(draw.empty_column, column, "The empty column.", name="empty-column", columns=summary.EMPTY_COLUMN,
           kinds="reported derived assumed", note="The last column is a backdrop, not a comparison.", sources=["genchi2023", "seed_nmss2023"], source_column="Source")

# %% tags=["answer"]
best, untreated = (results.loc[f"imaging.{name}"].value for name in ("p_top_cohort_best_no_effect", "expected_new_lesion_poisson"))
effects = summary.side_effects(load.table("adverse_events"))
usual = summary.count_is_usual(lesions.value, untreated, people, lesion_dispersion)
page.say(f"""
{words.sentence(words.in_words(people))} people were watched for about {words.in_words(int(rules.value.safety_outcome_years))} years. {words.sentence(none)} had serious harm that the doctors put down to the cells.
But {words.in_words(people)} can miss it: if it struck {words.one_in(safety.LARGEST_HARM)}, {words.in_hundred(intervals.probability_none(safety.LARGEST_HARM, people))} such trials would see none. This is not your own chance.

Half had a new spot on a brain scan. The {words.in_words(per_dose)} with the highest dose are said to have lost less brain volume.
{"The second" if usual == "no" else "Either"} could look the same whether the cells help or not.

This does not say that the cells are harmless, or that they do nothing.
""")

# %% [markdown]
# <section class="screen">
#
# ## What was done

# %% tags=["prose"]
page.say(f"""
Doctors in Milan gave {words.in_words(people)} people with progressive MS one injection of nerve stem cells into the spinal fluid {page.cite("genchi2023")}.
{words.sentence(words.in_words(int(rules.value.people_spms)))} had the secondary form, {words.in_words(int(rules.value.people_ppms))} the primary {page.cite("mstranslate2023")}.
There were {words.in_words(len(cohorts))} doses, the lowest first, {words.in_words(per_dose)} people at each.
All also got drugs against rejection, which weaken the body’s defences {page.cite("seed_nmss2023")}.
So cells, drugs and a needle were tried together.
""")

# %% [markdown]
# </section>
#
# ## What happened to the twelve

# %% tags=["prose"]
page.say(f"""
Doctors counted {effects["events"]} health problems {page.cite("genchi2023")}.
They put {effects["related"]} down to the cells ({effects["grades"]}), {effects["serious"]} of them serious, all in the first {effects["weeks"]} weeks: {effects["which"]}.

{words.sentence(words.people_share(any_serious.value, people))} of the {words.in_words(people)} had a serious problem, an MS relapse.
Doctors who knew what was given did not put it down to the cells.
Of the {effects["events"]}, {effects["infections"]} were infections, in people given drugs against rejection.
""")

# %% [markdown]
# <section class="screen">
#
# ## What the scans and the fluid can and cannot say

# %% tags=["prose"]
page.say(f"""
Half had a new spot on a scan {page.cite("seed_nmss2023")}; that need not mean getting worse.
Without treatment {summary.lesions_expected(untreated, people, lesion_dispersion, "about ")} in {words.in_words(people)} would have one, if {rate.replace("a borrowed", "another trial’s")} holds (assumed).
{summary.SURPRISE[usual]}

The authors report less brain loss with the highest dose {page.cite("genchi2023")}.
If dose made no difference, the highest of {words.in_words(len(cohorts))} would come out best {words.one_in(best)} times.

Helpful molecules are said to have risen; without a comparison, the cells need not be the cause.
""")

# %% [markdown]
# </section>
#
# ## What we could not find out, and where it is written

# %% tags=["prose"]
page.say(f"""
{answers.sentence("disability", "Whether walking, hands or daily life got better or worse", cite=page.cite)}
{answers.sentence("atrophy_comparison", "Less brain loss than whom, and by how much,", cite=page.cite)}
We read the abstract, one table, the registry, the news and a few digests; of [the article]({answers.ARTICLE}), open to all, we could get no copy.
[Chapter 08](08_claims.html#what-we-read-and-what-we-did-not) lists each gap and where to look.
""")

# %% [markdown]
# ## What comes next

# %% tags=["prose"]
sizes = sorted(results.value[["next_trial.n_per_arm", "next_trial.n_per_arm_excess"]])
left_open = summary.left_open(results.loc["next_trial.n_per_arm_both_open"].lower, results.loc["next_trial.n_per_arm_excess_both_open"].upper)
stat = load.table("controlled_trials").drop_duplicates("source").set_index("source").loc["msstat2014"]
page.say(f"""
The authors ask for a larger trial of the highest dose.
If the cells prevent {words.level(effect)} of brain loss (assumed), two groups of {words.between(*sizes, words.number)} people each would show it {words.in_hundred(power).replace(" of ", " times in ")}, in {stat.duration}{left_open}.
{summary.over_the_share(results, effect)} {words.sentence(summary.counts_most(results))} matters most.
For [daily life](05_next_trial.html) it takes more people and years.
""")

# %% [markdown]
# <section class="screen">
#
# ## Run another trial of twelve
#
# How often would twelve people miss real harm?

# %%
one_ins = [100, 50, 20, 10, 7, 5, 4]
page.play("trials", summary.trials_to_run(one_ins, people, 10) | {"person": draw.person(), "figure": "hundred-trials"}, "On the page, a reader can guess here, and then run such trials.")
page.chart(draw.hundred_trials, summary.hundred_trials(10, people), "A hundred imagined trials of twelve.", name="hundred-trials",
           kinds="assumed derived", note="Imagined trials: the rate is assumed, and what follows from it is worked out exactly.", data=summary.none_among(one_ins, people), columns=summary.NONE_AMONG)

# %%
page.play("numbers", summary.numbers_to_type(people, 0, confidence), "On the page, a reader can type numbers of another trial here.")

# %% [markdown]
# </section>
#
# <section id="questions">

# %% [markdown]
# ## Questions people ask

# %% tags=["prose"]
page.say(f"""
### Did anyone walk, see, think or sleep better?
{summary.answered("clinical_tests", page.cite)}

### Can I have this?
Nothing we read offers it, and this trial says nothing about cells that clinics sell.
A trial has a number in a public list, as this one has ({page.cite("reg_stems", brackets=False)}); the number alone vouches for nothing, so show it to your doctor.
""")

# %% tags=["prose"]
page.say(f"""
### Would I have been let in?
{design.rule_text(design.ENTRY, rules)}
Other illness and some drugs kept people out too: [chapter 01](01_design.html#who-could-take-part) has the list.

### Did the cells make the new spots?
Twelve people cannot tell: people without treatment may have as many.
Stopping earlier drugs may bring some too ([see chapter 03](03_imaging.html#new-lesions-and-what-no-treatment-would-give)).
""")

# %% tags=["prose"]
page.say(f"""
### What exactly is done to you?
A needle puts the cells into the fluid around the spinal cord, once, and you take drugs against rejection.
Some drugs for MS had to be stopped {words.plain(rules.value.washout_other_days)} days or {words.plain(rules.value.washout_immunosuppressants_months)} months before the tests for entry {page.cite("reg_stems_mirror")}: [see chapter 01](01_design.html#a-single-injection-each-dose-double-the-last).
""")

# %% tags=["prose"]
death = load.table("safety_outcomes").set_index("outcome").loc["death"]
page.say(f"""
### What became of the person with the relapse?
{summary.answered("person_with_relapse", page.cite)}

### Did all twelve stay two years?
A charity’s digest says that {words.count_of(death.people - death.people_with, death.people)} were alive at {words.in_words(int(death.window_weeks // 52))} years {page.cite(death.source)}.
{summary.answered("completed_two_years", page.cite, "Whether all came to the last visit")}

### Where do the cells come from?
All came from a single fetus, under approved guidelines, says the news item {page.cite("seed_nmss2023")}.
[Chapter 05](05_next_trial.html) says what one donor means for the next trial.
""")

# %% tags=["prose"]
tumour, growths = load.table("late_harm").iloc[0], safety.growths(load.table("adverse_events"))
page.say(f"""
### Could I get a tumour from the cells?
This trial’s table has no brain tumour; it has {growths}, both judged not due to the cells and not serious, but two years are too short to know.
A child treated elsewhere with other fetal cells, into the brain too, had a tumour grown from them {words.in_words(int(tumour.years_after))} years later {page.cite(tumour.source)}: [see chapter 02](02_safety.html#harm-that-comes-late).
""")

# %% tags=["prose"]
page.say(f"""
### Who does the next trial, and when could it answer?
The authors want one {page.cite("genchi2023")}; [chapter 05](05_next_trial.html#how-long-it-takes) works out how long it would take.
{summary.answered("next_trial_plan", page.cite, "Their plan")}

### Does “not proven” mean it does not work?
No: even a real benefit could have gone unseen in {words.in_words(people)} people with no one to compare with.
[Chapter 05](05_next_trial.html) says what would show it, in either direction.
""")

# %% [markdown]
# </section>
#
# <section class="screen">
#
# ## Who wrote this, who paid

# %% tags=["prose"]
page.say(f"""
The register names the hospital {rules.text.sponsor} in Milan as the one that ran the trial, with the {rules.text.collaborator} {page.cite("reg_stems_mirror")}.
{answers.sentence("who_paid", "Who paid for what, and what the authors have to declare,", cite=page.cite)}

The contributors wrote this report. They had no part in the trial, and nobody paid them.
""")

# %% [markdown]
# <!-- edition -->
#
# ## Three ways in
#
# **You live with MS.** Read this page, then the short answers on [harm](02_safety.html#the-short-answer), [brain scans](03_imaging.html#the-short-answer) and [the next trial](05_next_trial.html#the-short-answer).
#
# **You run trials.** Read [the next trial](05_next_trial.html), [harm](02_safety.html), [how the dose was raised](01_design.html) and [the other trials](06_context.html).
#
# **You explain or check.** Go to [each claim, weighed](08_claims.html), [all figures](reproduce.html#figures), [every named result](results.csv) and [what changed](reproduce.html#changes).
#
# ## The chapters
#
# <!-- chapters -->
#
# </section>

# %% [markdown] tags=["depth"]
# ## References

# %%
page.references()
