"""The numbers of data/ as they were read, one line a row, for whoever wants to check or to use them."""

import re

import pandas as pd

from trial import words

KINDS = {"reported": "reported", "derived": "worked out", "assumed": "assumed"}


ABBREVIATIONS = ("edss", "dlt", "ms", "spms", "ppms", "rrms", "sd", "se")


def as_read(keyed):
    """Every number of some tables, whether a chapter uses it or not: What, Numbers, Kind, Source.

    `keyed`: a list of (columns that name a row, frame), as `load.keyed` gives it; rows without a number are left out.
    """
    rows = []
    for keys, frame in keyed:
        spoken = next((name for name in ("in_words", "meaning") if name in frame), None)
        numbers = [name for name in frame if _numeric(frame[name])]
        names = [key for key in keys if key not in numbers and not (spoken and key in ("rule", "measure", "outcome"))]
        for row in frame.to_dict("records"):
            told = [_told(name, row) for name in numbers if pd.notna(row[name])]
            if told:
                named = [f"dose {row[name]}" if name == "cohort" else str(row[name]) for name in names]
                rows.append(
                    {
                        "What": _begun(_spoken(", ".join(named + ([row[spoken]] if spoken else [])))),
                        "Numbers": "; ".join(told),
                        "Kind": KINDS[row["kind"]],
                        "Source": row["source"],
                    }
                )
    return pd.DataFrame(rows)


def _numeric(column):
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _told(name, row):
    value = str(int(row[name])) if name == "year" else words.plain(row[name])
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
