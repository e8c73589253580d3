"""The measurements of somebody's own trial: which record counts, at which visit, and what changed from baseline."""

import re

import pandas as pd

from trial import load, words
from trial.own_trial.adam import identities, record_choice, visits
from trial.own_trial.adam.columns import (
    IMAGING_FILES,
    column,
    dated,
    enumerated,
    first_filled,
    number,
    says_yes,
    spelled_alike,
    study_day,
)

A_UNIT = re.compile(r"AVALU|[A-Z]{2}(ST|OR)RESU|UNIT|UNITS|PARAMU")
CODES = (-9, -99, -999, -9999)  # as some programs write what is missing
NO_LIMIT = r"(?i)<?\s*(?:ll?o[qd]|bl?o?ql?|bloq|n\.?d\.?|not detect\w+|undetect\w+)"
BEYOND = r"^([<>≤≥]=?)\s*(\d+(?:\.\d+|,(?!\d{3}(?!\d))\d+)?)(?![\d.,])"


def measures(files, listed, analysis_flag, derived_records, note):
    """One record a person, measure and visit, of all files that hold measurements; None where there is none.

    files: name to frame of text; listed: the people. Columns as in OwnTrial, but without kind, and with file and
    paramcd; code tells apart what time point or type of baseline (ATPT, BASETYPE) sets apart.
    """
    wanted = {str(name).strip().upper() for name in derived_records}
    flag = analysis_flag.strip().upper()
    _exist(files, flag, wanted)
    parts = [_measured(name, frame, listed, flag, wanted, note.of(name)) for name, frame in files.items()]
    parts = [part for part in parts if part is not None and len(part)]
    if not parts:
        return None
    found = pd.concat(parts, ignore_index=True)
    twice = found.drop_duplicates(["file", "code"]).duplicated("code")
    if twice.any():
        first = found.drop_duplicates("code").set_index("code").file
        kept, there = found[found.file == found.code.map(first)], ["code", "person"]
        lost = len(found[there].drop_duplicates()) > len(kept[there].drop_duplicates())
        alarm = "A measure stands in several files, each with people whom the other does not hold; only the first file counts, so some are missing."
        note.of("all")("parameters that stand in more than one file; the first file counts", twice.sum(), alarm * lost)
        found = kept
    return found.merge(listed.compared[["person", "cohort"]], on="person").reset_index(drop=True)


def _exist(files, flag, wanted):
    if flag and not any((column(frame, flag) != "").any() for frame in files.values()):
        raise load.DataError(f"analysis_flag: no file of measurements has a filled column {flag}.")
    there = sorted({word for frame in files.values() for word in column(frame, "DTYPE").str.upper().unique() if word})
    for name in sorted(wanted - set(there)):
        named = f"there are {', '.join(there[:12])}" if there else "none is derived"
        raise load.DataError(f"derived_records: no measurement has the word {name} in DTYPE; {named}.")


def _measured(name, frame, listed, flag, wanted, note):
    if not {"USUBJID", "PARAMCD", "AVAL"} <= set(frame):
        missing = [name for name in ("USUBJID", "PARAMCD", "AVAL") if name not in frame]
        note(f"no column {words.listed(missing)}, so the file is left out", 1, _unused(name) * (len(missing) < 2))
        if {"AEDECOD", "AETERM"} & set(frame):
            alarm = f"The file {name} looks like one of events, but events are only read from a file called adae."
            note("events that are not read: the file is not called adae", len(frame), alarm)
        return None
    frame = identities.of_listed_people(name, frame, listed.known, "records", note)
    person = frame.USUBJID.map(listed.known)
    outside = ~person.isin(listed.compared.person)
    note("records of people who are not in the population, left out", outside.sum())
    frame = frame[~outside]
    person = person[~outside].astype(int)
    found = _records(name, frame, person, person.map(listed.started), note)
    note("files of which no record is left", int(len(frame) > 0 and found.empty), _unused(name))
    cohort = person.map(listed.harm.set_index("person").cohort)[found.index]
    identities.one_treatment(name, frame.loc[found.index], cohort, "records stand", note)
    found = _of_one_unit(found, note)
    _note_codes(name, found, note)
    found = _baseline_by_name(found, note)
    found = record_choice.one_record_each(found, frame, flag, wanted, note)
    if found.empty:
        return None
    return visits.with_places(_changed(found, note), note)


def _unused(name):
    return f"Nothing of the file {name} could be used, so nothing here rests on it; why not stands under what to check."


# --- what a record says -----------------------------------------------------------------------------------------------


def _records(name, frame, person, started, note):
    """The rows of a file as numbers: measure, visit, day, value and what else tells which record counts."""
    units = sorted((c for c in frame if A_UNIT.fullmatch(c)), key=lambda c: (c != "AVALU", c.endswith("ORRESU")))
    label, unit = column(frame, "PARAM"), first_filled(frame, *units)
    numbers = {c: number(column(frame, c)) for c in ("BASE", "CHG", "AVISITN", "ADY", "AWTARGET", "AWTDIFF")}
    date, text = dated(frame, "ADT", "ADTM")[0], column(frame, "ADT")
    day = numbers["ADY"].fillna(study_day(date, started))
    found = pd.DataFrame(
        {
            "file": name,
            "paramcd": frame.PARAMCD,
            "parameter": label,
            "unit": column(frame, unit),
            "visit": column(frame, "AVISIT"),
            "visit_number": numbers["AVISITN"],
            "day": day,
            "date": date.dt.strftime("%Y-%m-%d").fillna(text.mask(text == "", column(frame, "ADTM"))),
            "apart": numbers["AWTDIFF"].abs().fillna((day - numbers["AWTARGET"]).abs()),
            "person": person,
            "value": _values(frame, note),
            "base": numbers["BASE"],
            "change": numbers["CHG"],
            "baseline": says_yes(frame, "ABLFL"),
            "derived": column(frame, "DTYPE").str.upper(),
            "time": column(frame, "ATPT"),
            "type": column(frame, "BASETYPE"),
            "category": _joined(frame, sorted(c for c in frame if c.startswith("PARCAT"))),
            "period": _joined(frame, ["APERIOD"], "period "),
            **_ranges(frame),
        }
    )
    # A baseline is where its flag is, whatever the visit is called.
    found["visit"] = found.visit.mask((found.visit == "") & found.baseline, "Unscheduled")
    for part, what in ALIKE.items():
        found[part], other = spelled_alike(found[part])
        note(f"records whose {what} is written with other capitals or blanks elsewhere, taken as one", other)
    note("records without a visit name, left out", (found.visit == "").sum())
    note("records without a parameter code, left out", (found.paramcd == "").sum())
    note("records with the code NA, taken for a measure (such as sodium) as other codes stand beside it", (found.paramcd == "NA").sum())  # fmt: skip
    note("values that are missing or no number, left out", found.value.isna().sum())
    return _by_time_point(found[(found.visit != "") & (found.paramcd != "") & found.value.notna()])


ALIKE = {"paramcd": "parameter code", "visit": "visit name", "parameter": "parameter name", "unit": "unit"}


def _joined(frame, names, lead=""):
    """What these columns hold, in one text, empty where none of them holds anything."""
    texts = pd.Series("", index=frame.index)
    for name in names:
        texts = (texts + " " + column(frame, name)).str.strip()
    return (lead + texts).where(texts != "", "")


def _ranges(frame):
    """Where the value at baseline and this one stand by the normal range (BNRIND, ANRIND, else SHIFT1), in words; "" where not recorded."""
    shift = column(frame, "SHIFT1").str.extract(r"(?i)^(.+?) to (.+)$").fillna("")
    parts = {"from_range": (column(frame, "BNRIND"), shift[0]), "to_range": (column(frame, "ANRIND"), shift[1])}
    return {name: texts.mask(texts == "", other).str.casefold() for name, (texts, other) in parts.items()}


def _values(frame, note):
    """AVAL as numbers. A value below what can be measured, such as <5, counts as half of that limit, one above it as the limit."""
    value = number(frame.AVAL)
    text = frame.AVAL.where(value.isna() & (frame.AVAL != ""), column(frame, "AVALC").where(frame.AVAL == "", ""))
    beyond = text[value.isna()].str.extract(BEYOND)
    limit = number(beyond[1].str.replace(",", "."))
    below = limit.notna() & beyond[0].str.startswith(("<", "≤"))
    above = limit.notna() & beyond[0].str.startswith((">", "≥"))
    note("values below what can be measured (such as <5), taken as half of that limit", below.sum())
    note("values above what can be measured (such as >5), taken as that limit", above.sum())
    unsaid = text[value.isna()].str.fullmatch(NO_LIMIT) & limit.isna()
    note(
        "values below what can be measured that do not say what that is, left out: the lowest are missing",
        unsaid.sum(),
    )
    return value.fillna((limit / 2).where(below, limit))


APART = {"category": "category", "time": "time point", "type": "type of baseline", "period": "period"}


def _by_time_point(found):
    """The records with a code and a name of their own for each category, time point, type of baseline and period of a measure.

    A gap in the category says nothing; a period only tells records apart that stand at one visit of a person.
    """
    found["parameter"] = found.parameter.mask(found.parameter == "", found.paramcd.map(_only(found, "parameter")))
    found["parameter"] = found.parameter.mask(found.parameter == "", found.paramcd)
    found["code"] = found.paramcd
    for part, what in APART.items():
        # By the code so far: what only repeats another part would say it twice.
        parts = found[part].mask((found[part] == "") & (part == "category"))
        keys = ["code", "person", "visit"] if part == "period" else ["code"]
        several = parts.groupby([found[key] for key in keys]).transform("nunique") > 1
        several = several.groupby(found.code).transform("any")
        for name in ("code", "parameter"):
            more = found[name] + ", " + found[part].mask(found[part] == "", f"no {what}")
            found[name] = found[name].where(~several, more)
    return found


def _only(found, part):
    """What a column says of each parameter where it says one thing only beside gaps."""
    filled = found[found[part] != ""].drop_duplicates(["paramcd", part])
    only = filled[~filled.duplicated("paramcd", keep=False)]
    return dict.fromkeys(found.paramcd.unique(), "") | dict(zip(only.paramcd, only[part], strict=True))


def _of_one_unit(found, note):
    """Without the measures whose unit or name differs between records; a gap is no unit."""
    filled = {part: found[found[part] != ""].groupby("code")[part].nunique() for part in ("unit", "parameter")}
    mixed = {code for count in filled.values() for code in count.index[count > 1]}
    left = found.drop_duplicates("code")
    left = left.parameter[left.code.isin(mixed)]
    note(f"parameters whose unit or name differs between records, left out: {enumerated(left)}", len(mixed))
    gaps = found.code.isin(set(found.code[found.unit != ""])) & (found.unit == "")
    note(
        "records without a unit beside others with one, taken to have the same",
        (gaps & ~found.code.isin(mixed)).sum(),
    )
    return found[~found.code.isin(mixed)]


def _note_codes(name, found, note):
    """Says where a value is one that programs write for a missing one, and no other value of its measure is below zero."""
    code = found.value.isin(CODES)
    odd = code & (found.code.map(found[~code].groupby("code").value.min()) >= 0)
    alarm = f"Some values in the file {name} are -9, -99 or the like, as programs write what is missing; they count as numbers here."
    note("values of -9, -99 or the like where no other is below zero; is that a gap?", odd.sum(), alarm)


# --- change -----------------------------------------------------------------------------------------------------------


def _baseline_by_name(found, note):
    """Where a measure has no baseline, no flag of it and no change in the file, the visit called baseline is its baseline."""
    known = found.baseline | found.base.notna() | found.change.notna()
    named = ~found.code.isin(set(found.code[known])) & visits.named_like(found.visit, visits.BASELINE)
    note("records taken for baselines because their visit is called so; none is flagged (ABLFL)", named.sum())
    return found.assign(baseline=found.baseline | named)


def _changed(found, note):
    """With start and change from it: of the file, else from its baseline, else from the person's own baseline record."""
    flagged = found[found.baseline]
    several = flagged.duplicated(["code", "person"], keep=False)
    note("people with more than one baseline of a measure; without BASE in the file nothing is set against it", flagged[several].groupby(["code", "person"]).ngroups)  # fmt: skip
    start = flagged[~several].set_index(["code", "person"]).value
    own = pd.Series(start.reindex(pd.MultiIndex.from_frame(found[["code", "person"]])).to_numpy(), index=found.index)
    base = found.base.fillna(own)
    moved = found.baseline & ((found.base - found.value).abs() > 1e-6 * found.value.abs().clip(lower=1))
    note("baselines (ABLFL) whose value is not the one in BASE; the one in BASE counts", moved.sum())
    worked_out = found.value - base
    apart = (found.change - worked_out).abs() > 1e-6 * found.value.abs().clip(lower=1)
    note("changes that are not value minus baseline; the change in the file counts", (apart & ~found.baseline).sum())  # fmt: skip
    change = found.change.fillna(worked_out).mask(found.baseline, 0.0)
    before = flagged[~several].set_index(["code", "person"]).to_range
    before = before.reindex(pd.MultiIndex.from_frame(found[["code", "person"]])).fillna("").to_numpy()
    started = found.from_range.mask(found.from_range == "", before)
    return found.assign(start=base.fillna(found.value - found.change), change=change, from_range=started)


# --- which measures, and where they are tested ------------------------------------------------------------------------


def kinds(measures, imaging, biomarker):
    """The measures with their kind, imaging or biomarker, by the parameters asked for or else by the name of the file."""
    codes = measures.drop_duplicates("paramcd").set_index("paramcd").file
    for name, wanted in (("imaging_parameters", imaging), ("biomarker_parameters", biomarker)):
        strange = [code for code in wanted if code not in codes]
        if strange:
            shown = ", ".join(list(codes.index)[:12])
            raise load.DataError(f"{name}: no file holds the parameter {strange[0]}; there are {shown}.")
    usual = [code for code, file in codes.items() if file.startswith(IMAGING_FILES)]
    scans = imaging or [code for code in usual if code not in biomarker]
    rest = biomarker or [code for code in codes.index if code not in scans]
    both = set(scans) & set(rest)
    if both:
        raise load.DataError(f"imaging_parameters and biomarker_parameters both name {sorted(both)[0]}; name it once.")
    named = measures.drop_duplicates("code")
    shared = named.code[named.parameter.duplicated(keep=False)]
    both_names = (measures.parameter + " (" + measures.code + ")").where(measures.code.isin(shared), measures.parameter)
    measures = measures.assign(parameter=both_names)
    kind = dict.fromkeys(scans, "imaging") | dict.fromkeys(rest, "biomarker")
    kept = measures[measures.paramcd.isin(kind)]
    columns = ["code", "parameter", "visit", "place", "scheduled", "person", "cohort"]
    return kept.assign(kind=kept.paramcd.map(kind))[
        ["kind", *columns, "value", "start", "change", "baseline", "from_range", "to_range"]
    ].reset_index(drop=True)
