"""The last table of a chapter: every number that was read for it, whether a sentence uses it or not."""

import re

import pandas as pd

from trial import words

KINDS = {"reported": "reported", "derived": "worked out", "assumed": "assumed"}
ABBREVIATIONS = ("edss", "dlt", "boin", "ms", "spms", "ppms", "rrms", "sd", "se")


def numbers(keyed):
    """Every number of some tables, whether a chapter uses it or not: What, Numbers, Kind, Source.

    `keyed`: a list of (columns that name a row, frame), as `load.keyed` gives it; rows without a number are left out, and
    those of this report itself, which were not read.
    """
    rows = []
    for keys, frame in keyed:
        spoken = next((name for name in ("in_words", "meaning") if name in frame), None)
        columns = list(frame.select_dtypes("number"))
        names = [key for key in keys if key not in columns and not (spoken and key in ("rule", "measure", "outcome"))]
        for row in frame.to_dict("records"):
            texts = [_in_words(name, row) for name in columns if pd.notna(row[name])]
            named = [f"{'dose ' if name == 'cohort' else ''}{row[name]}" for name in names if row[name] != ""]
            what = _begun(_spoken(", ".join([*named, *([row[spoken]] if spoken else [])])))
            if texts and row["source"] != "this_report":
                rows.append((what, "; ".join(texts), KINDS[row["kind"]], row["source"]))
    return pd.DataFrame(rows, columns=["What", "Numbers", "Kind", "Source"])


def _in_words(name, row):
    is_year = name == "year" or (name == "value" and row.get("unit") == "year")
    value = str(int(row[name])) if is_year else words.plain(row[name])
    unit = f" {row['unit']}" if row.get("unit") and name in ("value", "lower", "upper") else ""
    return f"{'' if name == 'value' else _spoken(name) + ' '}{value}{unit}"


def _spoken(text):
    """Names of columns and keys as words.

    >>> _spoken("people_with_dlt"), _spoken("ppms")
    ('people with DLT', 'PPMS')
    """
    pattern = rf"\b({'|'.join(ABBREVIATIONS)})\b"
    return re.sub(pattern, lambda found: found[0].upper(), text.replace("_", " "))


def _begun(text):
    # A name such as hNSC keeps its small letter.
    return text if text[1:2].isupper() else words.sentence(text)
