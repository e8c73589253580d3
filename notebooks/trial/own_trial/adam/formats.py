"""Tables of text from files: CSV with any separator, SAS (XPT of version 5 and 8, sas7bdat), Excel, and CDISC Dataset-JSON.

Every reader gives rows of text, empty where nothing stands; whatever it cannot be sure of is a ValueError in a few words.
"""

import csv
import io
import json
import math
import re
from datetime import date, datetime
from string import ascii_uppercase

import pandas as pd

MISSING = {"", "NA", "N/A", "#N/A", "NAN", "<NA>", "NULL", "#NULL!", ".", "._"}
MISSING |= {f".{letter}" for letter in ascii_uppercase}
REPEATED = "duplicated rows, counted once"
NO_COLUMN = {"UNNAMED: 0", "ROWNAMES", "ITEMGROUPDATASEQ"}  # numbers of rows, as programs write them
READ = ("csv", "xpt", "sas7bdat", "xlsx", "json", "ndjson")  # endings of names of files
SEPARATORS = ",;\t|"
A_NUMBER = re.compile(
    r"AVAL|BASE|CHG|AVISITN|A(E?ST)?DY|AWTARGET|AWTDIFF|TRTDURD|TRT(\d\d)?[AP]N|DOSE(\d\d)?[AP]|DTHA?DY|AGE|\w+BL"
)


def ending(path):
    """How the name of a file ends, in small letters."""
    return path.suffix.lower().removeprefix(".")


def table(path, wanted):
    """A file as {name: (frame of text, {warning: how many})}.

    Column names in capitals and without a unit in brackets, only those that the pattern `wanted` names (the others stand in
    attrs["unread"]); no blanks at the ends; what means missing empty. One table, called as the file; of a workbook with several
    sheets, each by its name. ValueError where it cannot be read for certain.
    """
    made = {}
    for name, (head, rows) in _READERS[ending(path)](path).items():
        head = [re.sub(r"(?<=.)\s*[(\[].*[)\]]$", "", str(part).strip()).upper() for part in head]
        named = [at for at, part in enumerate(head) if part]  # R writes numbers of rows below no name
        twice = pd.Series([head[at] for at in named], dtype=str)
        if twice.duplicated().any():
            raise ValueError(f"two columns have the same name, {twice[twice.duplicated()].iloc[0]}")
        kept = [at for at in named if wanted.fullmatch(head[at])]
        columns, texts, seen, repeated = [[] for _ in kept], {}, set(), 0
        for row in rows:
            whole = hash(tuple(row[at] for at in named))
            if whole in seen:
                repeated += 1
                continue
            seen.add(whole)
            for column, at in zip(columns, kept, strict=True):
                column.append(texts.setdefault(row[at], row[at]))
        frame = pd.DataFrame(
            {head[at]: pd.Series(column, dtype=object) for at, column in zip(kept, columns, strict=True)}
        )
        frame, labels = _without_labels(_plain(frame))
        frame = _decimals(frame)
        frame.attrs["unread"] = [head[at] for at in named if at not in kept and head[at] not in NO_COLUMN]
        made[name] = (frame, {REPEATED: repeated, "rows of labels under the head, which are nobody": labels})
    return made


def _without_labels(frame):
    """The frame without a second head, of labels, as some programs write it, and how many such rows there were.

    It is called so, or it is the first row and its USUBJID has no digit while all others have one.
    """
    if "USUBJID" not in frame:
        return frame, 0
    digits = frame.USUBJID.str.contains(r"\d")
    labels = frame.USUBJID.str.casefold() == "unique subject identifier"
    labels |= (frame.index == 0) & (frame.USUBJID != "") & ~digits & digits[1:].all() & (len(frame) > 2)
    return frame[~labels].reset_index(drop=True), int(labels.sum())


# --- what stands in a field -------------------------------------------------------------------------------------------


def _plain(frame):
    """The texts without blanks at the ends, and empty where they mean missing.

    NA in PARAMCD beside other codes may be sodium, so it stays.
    """
    for column in frame:
        texts = frame[column]
        known = {text: text.strip() for text in texts.unique()}
        known = {text: "" if plain.upper() in MISSING else plain for text, plain in known.items()}
        if column == "PARAMCD" and any(known.values()):
            known |= {text: "NA" for text in known if text.strip() == "NA"}
        frame[column] = texts.map(known).astype("str")
    return frame


GROUP = re.compile(r"[-+]?[1-9]\d{0,2}[,.]\d{3}")  # 1,234: thousands, or a decimal comma; 1.234 likewise
THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+\.\d+|[-+]?\d{1,3}(,\d{3}){2,}")
COMMA = re.compile(r"[-+]?\d*,\d+|[-+]?\d{1,3}(\.\d{3})+,\d+|[-+]?\d{1,3}(\.\d{3}){2,}")
POINT = re.compile(r"[-+]?\d*\.\d+")


def _decimals(frame):
    """Columns of numbers with a decimal point. Where a comma may part thousands or decimals, ValueError."""
    texts = {
        column: [text for text in frame[column].unique() if text] for column in frame if A_NUMBER.fullmatch(column)
    }
    written = [text.lstrip("<>≤≥= ") for found in texts.values() for text in found]
    if not any("," in text for text in written):
        return frame
    sure = [text for text in written if not GROUP.fullmatch(text)]
    with_comma = [text for text in sure if COMMA.fullmatch(text) and not THOUSANDS.fullmatch(text)]
    with_point = [text for text in sure if POINT.fullmatch(text) or THOUSANDS.fullmatch(text)]
    unclear = [text for text in written if GROUP.fullmatch(text)]
    if with_comma and (with_point or any("." in text for text in unclear)):
        other = (with_point or [text for text in unclear if "." in text])[0]
        raise ValueError(
            f"{with_comma[0]} has a decimal comma and {other} may have a decimal point; write all numbers alike"
        )
    if unclear and not with_comma and not with_point:
        raise ValueError(
            f"{unclear[0]} may have a decimal comma, or a comma between thousands; write it without a comma"
        )
    for column, found in texts.items():
        meant = {}
        for text in found:
            if "," in text and re.fullmatch(r"[<>≤≥= ]*[-+]?[\d.,]+", text):
                meant[text] = text.replace(".", "").replace(",", ".") if with_comma else text.replace(",", "")
        if meant:
            frame[column] = frame[column].map(lambda text, meant=meant: meant.get(text, text))
    return frame


def _text(value):
    """A value of a typed file as text."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    if isinstance(value, datetime):
        return value.isoformat() if (value.hour, value.minute, value.second) != (0, 0, 0) else value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


# --- files of text ----------------------------------------------------------------------------------------------------


def _decoded(content):
    """Text from bytes in UTF-8 or UTF-16, or one byte a letter as older programs write it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    if b"\0" in content:
        odd, even = content[1::2].count(0), content[::2].count(0)
        for kind, many, few in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
            if len(content) % 2 == 0 and many > 0.4 * len(content) / 2 and not few:
                return content.decode(kind)
        raise ValueError(f"row {content.partition(bytes(1))[0].count(10) + 1} holds a NUL byte, which no text has")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            pass
    return content.decode("latin-1")


def _separated(path):
    text = _decoded(path.read_bytes())
    if "\0" in text:
        raise ValueError("it holds a NUL byte, which no text has")
    first, _, rest = text.partition("\n")
    if named := re.fullmatch(r'"?sep=(.)"?', first.strip()):
        separator, text = named[1], rest
    else:
        first = re.sub(r'"[^"]*"', "", next((line for line in text.splitlines() if line.strip()), ""))
        separator = max(SEPARATORS, key=first.count)
    rows = _rows(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), separator)
    head = next(rows, None)
    if head is None:
        raise ValueError("it is empty")
    return {path.stem.lower(): (head, rows)}


def _rows(reader, separator):
    """The rows that hold anything, each as wide as the first; ValueError with the number of the row where one is not."""
    width = 0
    try:
        for row in reader:
            if any(map(str.strip, row)):
                if width == 1 < sum(map(bool, map(str.strip, row))):
                    raise ValueError(
                        f"a line stands above the header, which seems to be row {reader.line_num}; take it away"
                    )
                width = width or len(row)
                if len(row) < width or any(map(str.strip, row[width:])):
                    comma = (
                        "; a number with a decimal comma needs quotes" if separator == "," and len(row) > width else ""
                    )
                    raise ValueError(f"row {reader.line_num} has {len(row)} fields and the header {width}{comma}")
                yield row
    except csv.Error as error:
        raise ValueError(f"row {reader.line_num} is no text in columns: {error}") from None


def _dataset_json(path):
    text = _decoded(path.read_bytes())
    try:
        if ending(path) == "ndjson":
            about, *rows = [json.loads(line) for line in text.splitlines() if line.strip()]
            about = {**about, "rows": rows}
        else:
            about = json.loads(text)
    except ValueError as error:
        raise ValueError(f"it is no JSON: {error}") from None
    try:
        if "columns" not in about:  # version 1.0
            (about,) = next(about[part] for part in ("clinicalData", "referenceData") if part in about)[
                "itemGroupData"
            ].values()
            about = {"columns": about["items"], "rows": about["itemData"]}
        head, rows = [part["name"] for part in about["columns"]], about["rows"]
        if any(len(row) != len(head) for row in rows):
            raise ValueError("a row has more or fewer fields than there are columns")
    except (KeyError, TypeError, StopIteration, AttributeError) as error:
        raise ValueError(f"it is no CDISC Dataset-JSON: {error or 'nothing in it is a table'}") from None
    kept = [at for at, name in enumerate(head) if name != "ITEMGROUPDATASEQ"]
    return {path.stem.lower(): ([head[at] for at in kept], [[_text(row[at]) for at in kept] for row in rows])}


# --- files of programs ------------------------------------------------------------------------------------------------


def _sas(path):
    import pyreadstat  # late: few folders hold such files

    content = path.read_bytes()
    if ending(path) == "xpt" and len(re.findall(rb"HEADER RECORD\*{7}(?:MEMBER|MEMBV8) {2}HEADER RECORD", content)) > 1:
        raise ValueError("it holds more than one table; write each to a file of its own")
    read = pyreadstat.read_xport if ending(path) == "xpt" else pyreadstat.read_sas7bdat
    for encoding in (None, "WINDOWS-1252"):
        try:
            frame, _ = read(str(path), **({"encoding": encoding} if encoding else {}))
            break
        except Exception as error:  # a broken file of SAS fails in more ways than its reader names
            why = str(error) or type(error).__name__
    else:
        raise ValueError(why)
    texts = []
    for column in frame:
        values = frame[column].astype(object)
        known = {}
        texts.append([known[v] if v in known else known.setdefault(v, _text(v)) for v in values])
    return {path.stem.lower(): (list(frame), zip(*texts, strict=True))}


def _workbook(path):
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # a broken workbook fails in more ways than its reader names
        raise ValueError(f"it is no workbook: {error}") from None
    sheets = {}
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        rows = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        rows = [row for row in rows if any(part.strip() for part in row)]
        if rows:
            width = max(len(row) for row in rows)
            sheets[sheet.title.strip().lower()] = ([*rows[0], *[""] * (width - len(rows[0]))], [[*row, *[""] * (width - len(row))] for row in rows[1:]])  # fmt: skip
    book.close()
    if not sheets:
        raise ValueError("it is empty")
    return {path.stem.lower(): next(iter(sheets.values()))} if len(sheets) == 1 else sheets


_READERS = dict(zip(READ, (_separated, _sas, _sas, _workbook, _dataset_json, _dataset_json), strict=True))
