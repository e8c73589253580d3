"""The simulated example that chapter 07 shows until files are named. Nothing here is a person of the real trial."""

import numpy as np
import pandas as pd

from trial.methods.intervals import whole_number

EXAMPLE_SEED = 2023
EXAMPLE_DOSES = (10, 20, 40, 80)
EXAMPLE_EVENTS = {  # class, term, chance that a person has it, the latest day it may start on
    ("Nervous system disorders", "Headache"): (0.5, 14),
    ("Nervous system disorders", "Dizziness"): (0.15, 200),
    ("Infections and infestations", "Nasopharyngitis"): (0.25, 330),
    ("Infections and infestations", "Urinary tract infection"): (0.15, 330),
    ("General disorders", "Fatigue"): (0.25, 200),
    ("General disorders", "Fever"): (0.1, 60),
    ("Musculoskeletal disorders", "Back pain"): (0.25, 30),
}


def example_trial(seed):
    """A simulated trial of twelve people in four doses, as {adsl, adae, admri, adlb: frame of text and numbers}.

    In: seed. STUDYID says SIMULATED in every row. Events fall on people by assumed chances, brain volume falls by an
    assumed rate a year, and two of eight molecules rise by an assumed amount; the dose does nothing. What is severe within 28
    days is called dose-limiting. Real files have
    gaps, so two were made on purpose: one event is not judged, and one person has no last sample.

    >>> {name: len(frame) for name, frame in example_trial(2023).items()}
    {'adsl': 12, 'adae': 24, 'admri': 47, 'adlb': 287}
    """
    generator = np.random.default_rng([whole_number("seed", seed), 12])
    names = [f"SIM-{number:02d}" for number in range(1, 13)]
    doses = [dose for dose in EXAMPLE_DOSES for _ in range(3)]
    adsl = pd.DataFrame(
        {
            "STUDYID": "SIMULATED",
            "USUBJID": names,
            "TRT01A": [f"{dose} units" for dose in doses],
            "DOSE01A": doses,
            "SAFFL": "Y",
            "AGE": generator.integers(35, 61, 12),
            "SEX": generator.choice(["F", "M"], 12),
            "TRTDURD": 336,
            "TRTSDT": [f"2023-{month:02d}-{day:02d}" for month in (1, 4, 7, 10) for day in (2, 16, 30)],
            "DLTEVLFL": "Y",
            "EOSSTT": "COMPLETED",
        }
    )
    return {
        "adsl": adsl,
        "adae": _example_events(names, generator),
        "admri": _example_measures(names, {"BVOL": "Brain volume (mL)"}, (0, 12, 24, 48), generator),
        "adlb": _example_measures(names, _EXAMPLE_MOLECULES, (0, 12, 48), generator),
    }


_EXAMPLE_MOLECULES = {f"MOL{number}": f"Molecule {number} (pg/mL)" for number in range(1, 9)}


def _example_events(names, generator):
    rows = []
    for person in names:
        for (group, term), (chance, latest) in EXAMPLE_EVENTS.items():
            for _ in range(generator.binomial(2, chance / 2)):
                day = int(generator.integers(1, latest + 1))
                grade = np.searchsorted([0.6, 0.9, 1.0], generator.random(), side="right")
                rows.append((person, group, term, day, ("MILD", "MODERATE", "SEVERE")[grade]))
    adae = pd.DataFrame(rows, columns=["USUBJID", "AEBODSYS", "AEDECOD", "ASTDY", "AESEV"])
    serious = (adae.AESEV == "SEVERE") & (generator.random(len(adae)) < 0.4)
    early = adae.ASTDY <= 14
    serious[serious.index == adae.ASTDY.idxmax()] = True
    adae.insert(0, "STUDYID", "SIMULATED")
    return adae.assign(
        TRTEMFL="Y",
        AESER=np.where(serious, "Y", "N"),
        AEREL=np.where(adae.index == len(adae) - 1, "", np.where(early, "POSSIBLE", "NOT RELATED")),
        AEOUT="RECOVERED/RESOLVED",
        AEACN="DOSE NOT CHANGED",
        DLTFL=np.where((adae.AESEV == "SEVERE") & (adae.ASTDY <= 28), "Y", "N"),
    )


def _example_measures(names, parameters, weeks, generator):
    rows = []
    for code, label in parameters.items():
        usual, spread = (1450.0, 90.0) if code == "BVOL" else (100.0, 25.0)
        for person in names:
            base = generator.normal(usual, spread)
            pace = (
                generator.normal(-7.0, 5.0)
                if code == "BVOL"
                else generator.normal(14.0 * (code in ("MOL1", "MOL2")), 12)
            )
            for week in weeks:
                gone = week / 52 if code == "BVOL" else float(week > 0)
                noise = generator.normal(0, 2.0) if week else 0.0
                value = round(base + gone * pace + noise, 1)
                visit = "Baseline" if week == 0 else f"Week {week}"
                rows.append(
                    ("SIMULATED", person, code, label, visit, week, value, round(base, 1), "Y" if week == 0 else "")
                )
    columns = ["STUDYID", "USUBJID", "PARAMCD", "PARAM", "AVISIT", "AVISITN", "AVAL", "BASE", "ABLFL"]
    found = pd.DataFrame(rows[:-1], columns=columns)
    return found.assign(CHG=(found.AVAL - found.BASE).round(1).mask(found.ABLFL == "Y"), ANL01FL="Y")


if __name__ == "__main__":
    from trial import load

    load.write_own_trial(example_trial(EXAMPLE_SEED))
