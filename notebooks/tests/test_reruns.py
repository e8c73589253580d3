"""Pages under other parameters: no sentence that holds at the defaults only stays where a value has passed its turning point.

Each case: what is asked, and by chapter what must not stand there any more once these values are taken. On top of that, none of
the absurdities of `extremes`.
"""

import re

import pytest

from tests import extremes

ONE_DONE = "effect=1 alpha=0.2 power=0.5 atrophy_mean=-5 atrophy_sd=3 healthy_atrophy=-3"
BORROWED = "hazard_ratio_spms=0.98 hazard_ratio_ppms=0.98 worse_ppms=0.05 worse_composite=0.05 worse_spms=0.05"
CASES = {
    "alpha=0.0001 power=0.999": {
        "02_safety": ["the usual level"],
        "03_imaging": ["So a striking size", r"in \(?0 of 100"],
        "04_biomarkers": ["the mean rises that twelve"],
        "08_claims": [r"that molecules rise(?!, from whatever cause)"],
    },
    "lesions_per_year=10 lesion_dispersion=1000": {
        "00_summary": ["another trial", "borrowed", "Either could look"],
        "03_imaging": [
            "is far from showing help",
            "hangs on how lesions bunch",
            "INFORMS;",
            r"bunched in some people \(k = 1,000\)",
            r"\b100 of 100",
        ],
        "08_claims": ["borrowed rate"],
    },
    "lesions_per_year=0.01": {
        "00_summary": [r"\b0 (?:of|in) (?:12|twelve)"],
        "03_imaging": ["is far from showing help"],
    },
    "lesions_per_year=1.5 lesion_dispersion=0.5": {
        "03_imaging": [],
        "00_summary": ["The second could look", "would be a surprise; with"],
    },
    "cohort_gap_days=3650": {
        "01_design": ["longer than its waits", "the most recent for three months", "waiting times[.]"]
    },
    "n_analytes=1": {
        "04_biomarkers": [
            "so many of",
            "a panel of 1",
            "at least two",
            "several",
            "move together a little",
            "some molecules truly",
        ],
        "08_claims": ["two or more in fewer"],
    },
    "n_analytes=1000000 analyte_correlation=0.95": {
        "04_biomarkers": ["move together a little", r"1\.0-fold"],
        "08_claims": ["together a little", "100 of 100 panels"],
    },
    "atrophy_sd=0.6": {"03_imaging": ["people of another trial", "those of another trial", "the borrowed mean"]},
    ONE_DONE: {
        "05_next_trial": ["the first 20", "1 people", "save little against two, (\\d+) against \\1"],
        "08_claims": [r"For the rest, (?!.*gives no ground)"],
    },
    f"dropout=0 useless_effect=0 effect_delay_weeks=1 bench_years=1 {BORROWED}": {
        "05_next_trial": [
            r"\b0% (?:leave|or less|of the loss)",
            "1 weeks",
            "over 1 years",
            "as printed[.]",
            "ocrelizumab had",
            "moves more often",
            "12 weeks and",
        ],
    },
}


def said(outputs):
    return [re.sub(r"\s+", " ", text) for data in outputs for text in extremes.texts(data)]


@pytest.mark.long
@pytest.mark.parametrize("asked", CASES)
def test_what_holds_at_the_defaults_only_is_not_said_elsewhere(asked):
    changed, refusal = extremes.judged(asked)
    assert refusal is None
    found = {}
    for name, outputs, error in extremes.outputs_of(changed, only=CASES[asked]):
        assert error is None, (name, error)
        faults = [fault for data in outputs for fault in extremes.absurd(data)]
        faults += [text for text in said(outputs) for pattern in CASES[asked][name] if re.search(pattern, text)]
        if faults:
            found[name] = faults
    assert not found
