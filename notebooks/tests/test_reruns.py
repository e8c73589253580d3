"""Pages under other parameters: no sentence that holds at the defaults only stays where a value has passed its turning point.

Each case: what is asked, and by chapter what must not stand there once these values are taken, beside the absurdities of `extremes`.
"""

import re

import pytest

from tests import extremes

CHOSEN = "hazard_ratio_spms=0.98 hazard_ratio_ppms=0.98 worse_ppms=0.05 worse_composite=0.05 worse_spms=0.05"
CASES = {
    "alpha=0.0001 power=0.999 lesions_per_year=0.01": {
        "02_safety": ["the usual level"],
        "03_imaging": ["So a striking size", r"in \(?0 of 100", "is far from showing help"],
        "04_biomarkers": ["the mean rises that twelve"],
        "08_claims": ["that molecules rise(?!, from whatever cause)"],
        "00_summary": [r"\b0 (?:of|in) (?:12|twelve)(?: if| at| would)"],
    },
    "lesions_per_year=10 lesion_dispersion=1000 atrophy_sd=0.6": {
        "03_imaging": [
            "is far from showing help|hangs on how lesions bunch|INFORMS;|6 or more in 100 of 100",
            r"bunched in some people \(k = 1,000\)",
            "(?:people|those) of another trial|the borrowed mean",
        ],
        "08_claims": ["borrowed rate"],
        "00_summary": ["another trial’s rate|borrowed|Either could look"],
    },
    "cohort_gap_days=3650 n_analytes=1": {
        "01_design": ["longer than its waits|the most recent for three months|waiting times[.]"],
        "04_biomarkers": [
            "so many of|a panel of 1|at least two|(?:several|more) at once|a little|some molecules truly"
        ],
        "08_claims": ["two or more in fewer"],
    },
    "n_analytes=1000 analyte_correlation=0.95": {
        "04_biomarkers": ["move together a little", "several at once more", "100 of 100 times if molecules"],
        "08_claims": ["together a little|100 of 100 panels"],
    },
    "effect=1 alpha=0.2 power=0.5 atrophy_mean=-5 atrophy_sd=3 healthy_atrophy=-3": {
        "05_next_trial": [r"the first 20 and|save little against two, (\d+) against \1"],
        "08_claims": ["For the rest, (?!.*gives no ground)"],
    },
    f"dropout=0 useless_effect=0 effect_delay_weeks=1 bench_years=1 {CHOSEN}": {
        "05_next_trial": [r"\b0% or less|over 1 years|%, as printed|ocrelizumab had|moves more often|12 weeks and \d"]
    },
}


FIRST, *MORE = CASES


@pytest.mark.long
@pytest.mark.parametrize("asked", [FIRST, *(pytest.param(asked, marks=pytest.mark.apart) for asked in MORE)])
def test_what_holds_at_the_defaults_only_is_not_said_elsewhere(asked):
    changed, refusal = extremes.judged(asked)
    assert refusal is None
    for name, outputs, error in extremes.outputs_of(changed, only=CASES[asked]):
        assert error is None, (name, error)
        said = [re.sub(r"\s+", " ", text) for data in outputs for text in extremes.texts(data)]
        stale = [text for text in said for pattern in CASES[asked][name] if re.search(pattern, text)]
        assert (name, stale, [fault for data in outputs for fault in extremes.absurd(data)]) == (name, [], [])
