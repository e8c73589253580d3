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
# A small trial put stem cells into the spinal fluid of twelve people with progressive MS, and the news spoke of “hints of benefit”; this page says what was seen, and how much of it such a trial can bear out.

# %% tags=["parameters"]
confidence: float = 0.95  # coverage of the intervals, share; must be that of the other chapters
effect: float = 0.5  # share of the yearly loss prevented, where an effect is imagined; our assumption
lesion_dispersion: float = 1.0  # size k of the negative binomial for new lesions; smaller means more bunched; our assumption
power: float = 0.8  # chance to find the effect if it is there; above alpha

# %%
from reporting import page
from trial import answers, design, load, summary, words
from trial.charts import summary as draw
from trial.charts import theme as draw_theme
from trial.methods import intervals

# %%
results = page.results()
rules = load.table("design_rules").set_index("rule")
cohorts = load.table("cohorts")
people, per_dose = int(cohorts.people_treated.sum()), int(cohorts.people_treated.iloc[-1])
harmed, any_serious, lesions = (results.loc[f"{name}"] for name in ("safety.related_serious", "safety.any_serious", "imaging.new_lesions"))

# %% [markdown]
# <section id="plain-language">

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
best, untreated = (results.loc[f"imaging.{name}"].value for name in ("p_top_cohort_best_no_effect", "expected_new_lesion_poisson"))
effects = summary.side_effects(load.table("adverse_events"))
usual, edge = summary.count_is_usual(lesions.value, untreated, people), 1 / round(1 / harmed.upper)
page.say(f"""
{words.sentence(words.in_words(people))} people were followed for about {words.in_words(int(rules.value.safety_outcome_years))} years, and {words.people_share(harmed.value, people)} had a serious problem that the doctors put down to the cells.
If such harm struck {words.one_in(0.1)} people, {words.in_hundred(intervals.probability_none(0.1, people))} such trials would see none; at {words.one_in(harmed.upper)}, {words.in_hundred(intervals.probability_none(edge, people))} would: a limit of what was learned, not your own chance.
Of {effects["events"]} health problems counted, {effects["related"]} were put down to the cells, all in the first {effects["weeks"]} weeks.
Half had a new spot on a brain scan, and the {words.in_words(per_dose)} people with the highest dose are said to have lost less brain volume{"" if answers.is_read("atrophy_comparison") else "; less than whom, we do not know"}.
{"Both" if usual else "The second"} could look the same whether the cells help or not: in this trial no one was there to compare with.

This does not say that the cells are harmless, and it does not say that they do nothing: it says that {words.in_words(people)} people cannot tell.
""")

# %% [markdown]
# ## What was done

# %% tags=["prose"]
page.say(f"""
Doctors in Milan gave {words.in_words(people)} people with progressive MS one injection of nerve stem cells into the spinal fluid {page.cite("genchi2023")}.
There were {words.in_words(len(cohorts))} doses, the lowest first, {words.in_words(per_dose)} people at each.
Everyone also got drugs against rejection {page.cite("seed_nmss2023")}, and by the rules stopped some other drugs: cells, drugs and a needle, as one package.
""")

# %% [markdown]
# ## What was seen

# %%
twelve = summary.twelve_people(load.table("safety_outcomes"))
page.chart(draw.twelve_people, twelve, "What happened to the twelve people, as far as we could read.", name="twelve",
           kinds="reported derived", sources=["genchi2023", "seed_nmss2023"], note="“Related” means related to the cells, not to the needle or the drugs. Six follows from “half” if all twelve were scanned.", data=twelve.drop(columns="big_label"))

# %% [markdown]
# ## Run another trial of twelve
#
# When nobody is harmed, it may be luck.

# %%
one_ins = [100, 50, 20, 10, 7, 5, 4]
page.play("trials", summary.trials_to_run(one_ins, people, 10) | {"person": draw_theme.PERSON, "figure": "hundred-trials"}, "On the page, a reader can guess here, and then run such trials.")
page.chart(draw.hundred_trials, summary.hundred_trials(one_ins, people), "What a hundred trials of twelve people would see if harm had a known rate.", name="hundred-trials", choice=False,
           kinds="assumed derived", note="Imagined trials: the rate is assumed, and what follows from it is worked out exactly.", data=summary.none_among(one_ins, people), columns=summary.NONE_AMONG)

# %%
page.play("numbers", summary.numbers_to_type(people, 0, confidence), "On the page, a reader can type numbers of another trial here.")

# %% tags=["prose"]
page.say(f"""
The trial counted {effects["events"]} health problems of any cause {page.cite("genchi2023")}.
Its doctors put {effects["related"]} down to the cells ({effects["grades"]}), {effects["serious"]} serious, all in the first {effects["weeks"]} weeks: {effects["which"]}.
{words.sentence(words.people_share(any_serious.value, people))} had a serious event, an MS relapse, judged not due to the cells by doctors who knew what was given.
Of the {effects["events"]}, {effects["infections"]} were infections.
{answers.sentence("people_with_each_event", "How many people had any", cite=page.cite)}
""")

# %% [markdown]
# ## The empty column

# %%
page.table(summary.empty_column(load.table("serious_event_comparison"), load.table("progression"), load.table("sister_trials"), results, lesion_dispersion), "No one was there to compare with.", name="empty-column", first=3, kinds="reported derived assumed",
           note="The last column is scaled to twelve people. They are other people, most of them less disabled, so it is a backdrop and not a comparison.", sources=["genchi2023", "seed_nmss2023", "mssmart2020", "msstat2014", "informs2018"])

# %% [markdown]
# ## What the scans can and cannot say

# %% tags=["prose"]
page.say(f"""
Without treatment about {summary.lesions_expected(untreated, people, lesion_dispersion)} in {words.in_words(people)} would show a new spot (borrowed rate, assumed).
A new spot need not mean getting worse.
{"The count speaks neither for the cells nor against them." if usual else "With that rate the count would be a surprise; with the rate of other people it need not be."}
""")

# %% tags=["prose"]
page.say(f"""
Everyone's brain loses volume with age, faster in MS.
The authors report less loss with the highest dose, in {words.in_words(per_dose)} people {page.cite("genchi2023")}.
{answers.sentence("atrophy_comparison", "Less than whom, and by how much,", cite=page.cite)}
If dose made no difference, the highest of {words.in_words(len(cohorts))} doses would still come out best {words.one_in(best)} times.
Had the cells worked well, it could have looked the same.
""")

# %% [markdown]
# ## What we could not find out

# %% tags=["prose"]
page.say(f"""
{answers.sentence("disability", "Whether walking, hands or daily life got better or worse", cite=page.cite)}
{answers.sentence("molecules", "Which molecules rose in the spinal fluid, and by how much,", cite=page.cite)}
We read the abstract, one table, the registry and the news; the article, [open to all]({summary.ARTICLE}), may say more.
[Chapter 08](08_claims.html) weighs each claim of the news.
""")

# %% [markdown]
# ## What comes next

# %% tags=["prose"]
sizes = sorted(results.value[["next_trial.n_per_arm", "next_trial.n_per_arm_excess"]])
reach = results.loc["next_trial.n_per_arm_msstat"]
stat = load.table("controlled_trials").drop_duplicates("source").set_index("source", drop=False).loc["msstat2014"]
page.say(f"""
The authors ask for a larger trial of the highest dose.
To show that the cells slow brain loss takes a comparison group, and {words.between(*sizes, words.number)} people in each who stay for about {stat.duration}.
So many would find it {words.in_hundred(power).replace(" of ", " times in ")}, if the cells prevent {words.percent(effect)} of all loss, or of the part that MS adds (assumed).
As one trial leaves that loss open {page.cite(stat.source)}, {words.number(reach.value)} could be {summary.size_range(reach, confidence)}.
[Daily life](05_next_trial.html) takes more people and more years.
""")

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
Nothing we read offers it.
This trial says nothing about cells sold by clinics.
""")

# %% tags=["prose"]
page.say(f"""
### Would I have been let in?
Only if no approved drug was left for you {page.cite("genchi2023")}: each had not worked, or you could not take it, or there was none {page.cite("reg_stems_mirror")}.
{design.entry_in_words(rules)}

### Did the cells make the new lesions?
It cannot be told from twelve people: those without treatment may have as many, and stopping earlier drugs may bring some ([see chapter 03](03_imaging.html#new-lesions-and-what-no-treatment-would-give)).
""")

# %% tags=["prose"]
page.say(f"""
### What exactly is done to you?
A needle puts the cells into the fluid around the spinal cord, once, and you take drugs against rejection.
By the rules, some drugs for MS had to be stopped {words.plain(rules.value.washout_other_days)} days or {words.plain(rules.value.washout_immunosuppressants_months)} months before the tests for entry {page.cite("reg_stems_mirror")}.
""")

# %% tags=["prose"]
page.say(f"""
### What became of the person with the relapse?
{summary.answered("person_with_relapse", page.cite)}

### Did all twelve stay two years?
{summary.answered("completed_two_years", page.cite)}

### Where do the cells come from?
All of them were grown from a single fetus, under approved guidelines, as the news item says {page.cite("seed_nmss2023")}.
""")

# %% tags=["prose"]
tumour = load.table("late_harm").iloc[0]
page.say(f"""
### Could I get the tumour?
No brain tumour is in this trial's table; two growths are, in a kidney and in the bowel, both judged not due to the cells, and two years are too short to know.
A child with another disease, treated elsewhere with other fetal cells, into the brain as well as the spine, had a tumour grown from donor cells {words.in_words(int(tumour.years_after))} years later {page.cite(tumour.source)} ([see chapter 02](02_safety.html#harm-that-comes-late)).
""")

# %% tags=["prose"]
page.say(f"""
### Who does the next trial, and when could it answer?
The authors recommend one {page.cite("genchi2023")}.
{summary.answered("next_trial_plan", page.cite, "Their plan")}

### Does “not proven” mean it does not work?
No: even a real benefit could have gone unseen in {words.in_words(people)} people without a comparison group.
Whether the cells help is not known yet, in either direction.
""")

# %% [markdown]
# </section>
#
# <section id="for-specialists">

# %% [markdown]
# ## What this does not show

# %%
page.table(summary.shown_and_not(results, people, per_dose, confidence), "What the trial shows, beside what it does not.", name="shown", kinds="derived")

# %% [markdown]
# ## Terms in one sentence

# %%
page.table(load.table("glossary"), "The terms of these pages, in our own words.", columns=summary.TERMS, name="terms")

# %% [markdown]
# ## What this cannot tell us
#
# - Whether the cells help, or harm, anyone: there was no one to compare with.
# - Which part of the package did what was seen.
# - What holds for people who are younger, older or less disabled than those who took part.

# %% [markdown]
# ## What would change our mind
#
# - The numbers behind the directions: brain volume and molecules for each person, with the comparison that was made.
# - Any measure of walking, hands, vision, thinking or daily life.
# - A trial with a comparison group, large enough for the answer it promises.

# %% [markdown]
# </section>
#
# ## References

# %%
page.references()
