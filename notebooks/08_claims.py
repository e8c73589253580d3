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
# # Was the news right?
#
# Each claim of a news item and of the authors' abstract is checked against what was printed and what twelve people can show.

# %% tags=["parameters"]
confidence: float = 0.95  # coverage of the intervals, share; must be that of the other chapters
n_analytes: int = 50  # molecules; size of a panel of spinal fluid; our assumption, how many were measured is not in what we read
lesion_dispersion: float = 1.0  # size k of the negative binomial for new lesions; smaller means more bunched; our assumption

# %%
from reporting import page
from trial import answers, load, numbers_read, words
from trial.claims import rules, weighing, wording

# %%
results, said = page.results(), load.table("claims")
settings = {"confidence": confidence, "lesion_dispersion": lesion_dispersion, "n_analytes": n_analytes}
weighed, voices = weighing.results(said, results, settings), load.table("voices")
twelve, others = weighed.twelve.value_counts(), weighed.others.value_counts()

# %% [markdown]
# ## The short answer

# %% tags=["answer"]
people = int(load.table("cohorts").people_treated.sum())
page.say(f"""
The news told much of what the paper's abstract told, added that half had new spots on scans, and missed {wording.missed(weighed)}.
Of its claims and the abstract's, {words.number(len(weighed))} are about what came out for these {words.in_words(people)} people.
Of them {wording.counted(twelve, rules.PRINTED)} stand in print, and {wording.counted(twelve, rules.SAID)} are said without a number that we read in the trial's own texts.
The paper's own table tells {wording.counted(twelve, rules.DIFFER)} otherwise.

For other people with MS, {wording.counted(others, rules.FOLLOWS)} of the claims hold too: {wording.that_follow(weighed)}.
For the rest, {words.in_words(people)} people are too few, or trials in which nothing works would show the same.
""")

# %% [markdown]
# ## Each claim, weighed
#
# Each claim, in our words, gets two verdicts by rule: for these twelve, and for people like them.

# %%
rows = wording.alike(weighed)
page.table(rows, "The claims on what came out, weighed.", columns=wording.WEIGHED, name="claims", kinds="reported derived assumed", why="Because",
           links={"More in": rows.link}, source_column="Sources", note="What no effect would show is worked out, in part from assumed numbers.")
page.record_table(wording.records(weighed))

# %% [markdown] tags=["depth"]
# ### Not weighed, and what a test can reach
#
# Not weighed are claims about how the trial was done, which a record settles, and claims about MS, which no trial of twelve people can settle.

# %% tags=["prose"]
design = weighing.design(said)
same, otherwise = (wording.counted(design.verdict.value_counts(), verdict) for verdict in (rules.PRINTED, rules.DIFFER))
page.say(f"""
{words.sentence(words.things(len(design), "claim"))} say how the trial was done: another text of the trial's own, its paper or its registry entry, prints the same for {same} of them, and something else for {otherwise}.
""")

# %% tags=["prose"]
counts = load.table("prevalence").query("measure == 'people_living_with_ms'").set_index("source").value
page.say(f"""
As background the news item says that there is no cure, that few treatments work, and that about {words.number(counts.seed_nmss2023)} people in the United States live with MS {page.cite("seed_nmss2023")}; the Atlas of MS has nearly as many {page.cite("atlas2020")}, earlier years counted in other ways {"fewer" if counts[["wallin2019", "dilok2016"]].max() < counts.seed_nmss2023 else "other numbers"} {page.cite("wallin2019", "dilok2016")}, and the abstract adds that such cells had worked in animals {page.cite("genchi2023")}.
""")

# %% tags=["prose"]
floor, per_dose = results.loc["imaging.min_p_3_v_9"], int(load.table("cohorts").people_treated.iloc[-1])
page.say(f"""
Of brain shrinkage the abstract gives a direction, and calls the analysis exploratory.
{answers.sentence("atrophy_test", "The test behind “significant”, and how many comparisons were made,", cite=page.cite)}
An exact test of {words.in_words(per_dose)} people against the other {words.in_words(people - per_dose)} can reach p = {words.probability(floor.value)} at best ({wording.side(floor)}), so such a result is possible (exploratory and uncontrolled).
""")

# %% [markdown]
# ## One finding, four voices
#
# Of brain shrinkage at the highest dose some say more than the abstract does; the article may bear them out, or not.

# %%
page.table(voices, "How one finding was told.", columns=wording.VOICES, name="voices", kinds="reported", source_column="Source",
           note="The wording is ours, quoted words are translated. What the press adds outweighs nothing that the paper says.")

# %% [markdown] tags=["depth"]
# ## What we read and what we did not
#
# We read the abstract, the table of adverse events and the news item whole, a stored copy of the registry entry, and excerpts of digests.
# The article is open to anyone ([PMC9873560](https://pmc.ncbi.nlm.nih.gov/articles/PMC9873560/)), but no copy could be had when this was written.
# Whoever has it can fill in what we miss (`data/not_read.csv`): each page then says it, with its place.

# %%
page.table(answers.unread(), "What is not in what we read, where it probably stands, and what it would change.", columns=wording.NOT_READ, name="not-read", kinds="assumed")

# %% tags=["prose"]
page.say(wording.filled_in(answers.answered(), page.cite))

# %% [markdown]
# ## What this cannot tell us
#
# - Whether the article itself says more, or less, than its abstract.
# - What the people who spoke to the press said in full.
# - Whether a claim is true: one it cannot bear may be right.

# %% [markdown]
# ## What would change our mind
#
# - The numbers behind the directions, and what was compared.
# - Counts of people with each event, and how severe.
# - A second trial, with people to compare.

# %% [markdown] tags=["depth"]
# ## References

# %%
page.table(numbers_read.numbers(load.keyed("claim_facts")), "What the claims state in numbers.", name="as-read", source_column="Source", folded="Show all of them")
page.references()
