"""What the schema allows, taken at its word: chapters run where a reader may take them, and say nothing absurd there.

`python -m tests.extremes` runs each scenario, each parameter at both its ends (families together), and twelve seeded sets; `python -m tests.extremes all`
runs every seeded set that the check accepts. In this process and without drawings; exit status 1 where anything is amiss.
"""

import gc
import html
import io
import itertools
import json
import random
import re
import sys
import time
import traceback
import warnings
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from typing import Literal, get_args, get_origin

import pytest

from reporting import configuration, page, records, request
from reporting.configuration import UserError
from tests.chapters import NAMES, reference, run_here
from trial import load
from trial.own_trial.adam import files
from trial.parameters import limits

SETS, SEED, FEW = 200, 18, 12
LAST = configuration.read()["last"]
FAST = {"n_simulations": 100}  # where it is not the question: enough to run; what they find is checked elsewhere

# What no reader should meet, however far the parameters are taken.
ABSURD = {
    "a value that is no number": r"\b(?:nan|NaN|NaT|inf|Infinity)\b|<NA>|\bNone(?= (?:to|and|in|people|%)|[,)/%])",
    "a programming word": r"<class|\b(?:True|False)\b(?=[,;.)]|$)|\bTraceback\b",
    "one in one": r"\b1 in 1\b(?![,.]\d)|(?<![\d.,])1 people\b(?!;)|\bone people\b",
    "a number beyond imagination": r"\d(?:,?\d){13,}",
    "a minus before nothing": r"(?:−|(?<![\w.,)%-])-)0(?:\.0+)?(?![\d.,])",
    "scientific notation": r"(?<![\w.])\d[\d.]*[eE][-+]?\d+\b",
    "a share that is rounded away": r"(?<![\d.,])0\.00+%|(?<![\d.])100\.0+ of 100",
    "who for whoever": r"(?:^|[.;:]\s)[Ww]ho (?!speaks)(?:is|does|can|could|[a-z]+s)\b(?=[^?]{20})(?![^.]*(?:\?|unread|not in what we read))",
}


# --- sets of parameters -----------------------------------------------------------------------------------------------

BELIEFS = {"lower": "[-1, 0.01]", "upper": "[1, 2]"}
CURVES = {"lower": "{none: [0, 0, 0, 0]}", "upper": "{all: [1, 1, 1, 1]}"}
ODD = ["", "null", "true", "2023-02-30", "!!int", "[", "{a: 1, a: 1}", "1e-9", "1e-300", "9" * 400, "-0", ".nan", ".inf",
       "0x10", "1:30", "[0, 1e-9]", "{mine: [0, 0.1, 0.2, 2]}", "&a 1", "*a", "'quoted'", "\N{SNOWMAN}", "a b", "1e999"]  # fmt: skip
# A value that goes to its end only with another one, since a rule holds the two to each other.
PARTNERS = {
    ("atrophy_mean", "-0.05"): " healthy_atrophy=0 atrophy_sd=0.05",
    ("atrophy_mean", "-5"): " atrophy_sd=5",
    ("healthy_atrophy", "-3"): " atrophy_mean=-5 atrophy_sd=5",
    ("atrophy_sd", "0.05"): " atrophy_mean=-0.06 healthy_atrophy=-0.04",
    ("atrophy_sd", "5"): " atrophy_mean=-1 healthy_atrophy=-0.74",
}
FREE = {"own_trial", "cohort_order", "imaging_parameters", "biomarker_parameters", "related_terms"}
# Names in the files of a trial of one's own: test_own_trial takes them apart.
FREE |= {"imaging_visit", "biomarker_visit", "control", "population", "analysis_flag", "derived_records", "dlt_terms"}
BY_FILES = {"smallest_cell"}  # not beyond the people they hold


def ends(field):
    """What SET may say of a parameter at both its ends, as texts; all choices of one that has choices."""
    if get_origin(field.annotation) is Literal:
        return [str(choice) for choice in get_args(field.annotation)]
    if field.annotation is bool:
        return ["true", "false"]
    if get_origin(field.annotation) is dict:
        return list(CURVES.values())
    if field.annotation == list[float]:
        return list(BELIEFS.values())
    return [repr(limit) for limit in limits(field)]


def with_partners(name, value):
    """What SET may say to take a parameter to that end."""
    return f'{name}="{value}"{PARTNERS.get((name, value), "")}'


def _between(field, chance):
    lower, upper = limits(field)
    wide = lower > 0 and upper / lower > 50
    value = lower * (upper / lower) ** chance.random() if wide else chance.uniform(lower, upper)
    return str(round(value)) if field.annotation is int else f"{value:.4f}"


def drawn(count=SETS, seed=SEED):
    """So many texts for SET, each of one to three parameters: ends, values between them, values beyond, and odd ones."""
    chance, fields = random.Random(seed), configuration.schema().model_fields
    for _ in range(count):
        parts = []
        for name in chance.sample([name for name in fields if name not in FREE], chance.randint(1, 3)):
            field, kind = fields[name], chance.random()
            numeric = field.annotation in (int, float)
            if kind < 0.06:
                value = chance.choice(ODD)
            elif kind < 0.12 and numeric:
                value = repr(chance.choice([limits(field)[0] - 1, 2 * limits(field)[1] + 1]))
            elif kind < 0.55 and numeric:
                value = _between(field, chance)
            else:
                value = chance.choice(ends(field))
            parts.append(f'{name}="{value}"')
        yield " ".join(parts)


def judged(text):
    """What the check makes of a SET: (values that differ from the defaults, None) or (None, the sentence of refusal)."""
    try:
        asked = request.read({"SET": text})
        files.check(asked.values)
        return asked.changed, None
    except (UserError, load.DataError) as refusal:
        return None, str(refusal)


# --- running them -----------------------------------------------------------------------------------------------------


_table = cache(load.table)


@cache
def _results_at_defaults():
    return {name: records.of_notebook(name, reference(name)) for name in NAMES if name not in LAST}


def run(changed):
    """Every chapter that reads one of the values, then those that read the results of the others: [(chapter, what is wrong)], [] where nothing is."""
    faults, rows = [], dict(_results_at_defaults())
    touched = [name for name in NAMES if set(configuration.declared_parameters(name)) & set(changed)]
    for name in [*(name for name in touched if name not in LAST), *LAST]:
        outputs = []
        kept = rows.values()
        try:
            with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
                warnings.simplefilter("error", RuntimeWarning)
                text = records.text(list(itertools.chain(*kept)))
                patch.setattr(load, "table", lambda name: _table(name).copy())
                patch.setattr(page, "results", lambda text=text: records.read(io.StringIO(text)))
                run_here(
                    name, lambda data, outputs=outputs, **_: outputs.append(data), patch, FAST | changed, check=True
                )
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            faults.append(
                (name, f"{type(error).__name__}: {error} ({where.filename.rsplit('/', 1)[-1]}:{where.lineno})")
            )
        else:
            rows[name] = [
                {"chapter": name, **row} for data in outputs for row in data.get(records.MIME, {}).get("results", [])
            ]
            if name in LAST:
                rows.pop(name)
            faults += [(name, fault) for data in outputs for fault in absurd(data)]
    return list(dict.fromkeys(faults))


def absurd(data):
    """What a reader would stumble over in one output of a chapter, each with the words around it."""
    if re.search(r"\b(?:NaN|Infinity)\b", json.dumps(data.get(page.VEGA_LITE, ""))):
        yield f"a chart of values that are no numbers: {data[page.PLAIN][:80]}"
    for text in _texts(data):
        for kind, pattern in ABSURD.items():
            if found := re.search(pattern, text):
                yield f"{kind}: ...{text[max(0, found.start() - 60) : found.end() + 40]}..."


def _texts(data):
    for kind in (page.MARKDOWN, page.PLAIN):
        if kind in data:
            yield data[kind]
    for kind in (page.HTML, page.FIGURE):
        shown = re.sub(r"<script.*?</script>|<ul class=.references.*?</ul>", " ", data.get(kind, ""), flags=re.S)
        yield from re.findall(r'aria-label="([^"]*)"', shown)
        yield from (html.unescape(text).strip() for text in re.split(r"<[^>]+>", shown) if text.strip())
    yield from _drawn_texts(data.get(page.VEGA_LITE, {}))


NOT_READ = r"name|field|type|expr|labelExpr|description|\$schema|filter|calculate"


def _drawn_texts(spec):
    """Titles, marks and fields of text in a chart."""
    if isinstance(spec, str):
        yield spec
    elif isinstance(spec, dict | list):
        for key, value in spec.items() if isinstance(spec, dict) else enumerate(spec):
            if not re.fullmatch(NOT_READ, str(key)):
                yield from _drawn_texts(value)


# --- as a command -----------------------------------------------------------------------------------------------------


def at_their_ends():
    """Texts for SET that take each parameter to each of its ends; those of one family that the same chapters read go together."""
    families = {}
    for name, field in configuration.schema().model_fields.items():
        if name not in FREE | BY_FILES:
            readers = tuple(chapter for chapter in NAMES if name in configuration.declared_parameters(chapter))
            families.setdefault((name.split("_")[0], readers), []).append(
                [with_partners(name, value) for value in ends(field)]
            )
    for family in families.values():
        for texts in itertools.zip_longest(*family):
            alone = [text for text in texts if text]
            yield from [" ".join(alone)] if judged(" ".join(alone))[0] is not None else alone


def scenarios():
    """The values of each scenario that ships, by its name."""
    files = sorted(configuration.SCENARIOS.glob("*.yaml"))
    return {file.stem: request.read({"PARAMETERS": str(file)}).changed for file in files}


def cases(which):
    """The values to run, each with what to call it: scenarios, both ends of each parameter and twelve sets, or all accepted sets."""
    ends = {} if which == "all" else {text: request.read({"SET": text}).changed for text in at_their_ends()}
    found = ends and ends | scenarios()
    accepted = {text: changed for text in drawn() if (changed := judged(text)[0])}
    found.update(itertools.islice(accepted.items(), None if which == "all" else FEW))
    return {text: changed for text, changed in found.items() if changed}


WORKERS = 2


def main(which):
    """Exit status 1 where anything is amiss."""
    started, found = time.monotonic(), cases(which)
    if which not in ("", "all"):
        found = {text: changed for text, changed in found.items() if which in text}
        if not found:
            print(f"{which} stands in no set's name.")
            return True
    wrong = 0
    load.check_all()  # read once, for all workers
    gc.freeze()  # what is there now need not be walked through again (statsmodels asks for that)
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(WORKERS, context) as workers:
        running = {workers.submit(run, changed): text for text, changed in found.items()}
        for done in as_completed(running):
            text, faults = running[done], done.result()
            wrong += bool(faults)
            print(f"{'amiss' if faults else 'fine '} {text}", flush=True)
            for chapter, fault in faults:
                print(f"    {chapter}: {fault}", flush=True)
    print(f"{len(found)} sets ran in {time.monotonic() - started:.0f} s; {wrong} of them with something amiss.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:] or [""]))
