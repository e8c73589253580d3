"""What stands in the columns of the files: texts, flags, numbers and days, as ADaM and those who use it write them."""

import re

import numpy as np
import pandas as pd

SIMULATED = "SIMULATED"  # what STUDYID says in the example that ships
IMAGING_FILES = ("admri", "adim", "adnv", "adxi")  # how files of scans are usually called

YES, NO = {"Y", "YES", "1", "TRUE"}, {"N", "NO", "0", "FALSE"}


def column(frame, name):
    """A column as text, empty where it is not there."""
    return frame[name] if name in frame else pd.Series("", index=frame.index)


def says_yes(frame, name):
    """Where a column of flags says yes."""
    return column(frame, name).str.upper().isin(YES)


def flag(texts):
    """True, False or missing for the words of a flag. A gap is a no only where nothing but yes is ever written."""
    capitals = texts.str.upper()
    found = (
        pd.Series(None, index=texts.index, dtype=object).mask(capitals.isin(YES), True).mask(capitals.isin(NO), False)
    )
    only_yes = capitals[capitals != ""].isin(YES).all() and (capitals != "").any()
    return found.mask((capitals == "") & only_yes, False)


def first_filled(frame, *names):
    """The first of these columns that holds anything, "" where none does."""
    return next((name for name in names if name in frame and (frame[name] != "").any()), "")


def normalised(name):
    """A name without capitals and blanks."""
    return re.sub(r"\s+", "", name).casefold()


def spelled_alike(names):
    """Names with one spelling for those that differ only in case or blanks (the most frequent), and how many were changed.

    >>> spelled_alike(pd.Series(["Week 4", "WEEK  4", "Week 4", "Week 8"]))[0].tolist()
    ['Week 4', 'Week 4', 'Week 4', 'Week 8']
    """
    keys = {name: normalised(name) for name in names.unique()}
    if len(set(keys.values())) == len(keys):
        return names, 0
    often = names.value_counts()
    chosen = {}
    for name in sorted(keys, key=lambda name: (-often[name], name)):
        chosen.setdefault(keys[name], name)
    made = names.map({name: chosen[key] for name, key in keys.items()})
    return made, int((made != names).sum())


def number(texts):
    """Numbers, missing where a text is none or not finite."""
    found = pd.to_numeric(texts, errors="coerce").astype(float)
    return found.where(np.isfinite(found))


DATES = {  # how a day is written, with or without a time behind it
    "%Y-%m-%d": r"\d{4}-\d\d?-\d\d?",
    "%d%b%Y": r"\d\d?[A-Z]{3}\d{4}",
    "%d-%b-%Y": r"\d\d?-[A-Z]{3}-\d{4}",
    "%d.%m.%Y": r"\d\d?\.\d\d?\.\d{4}",
    "%Y%m%d": r"(?:19|20)\d{6}",
}


WRITTEN = pd.Timestamp("1900-01-01")  # the first day that is taken for a written one
COUNTED = pd.Timestamp("1680-01-01")  # from which numbers count, so that they end before it


def dates(texts):
    """Days as dates, missing where a text is no full day that can be read in one way only (02/03/2024 can be in two, unless
    another of these texts, such as 02/13/2024, shows which number is the month).

    Numbers count days (of SAS, R and spreadsheets, each from a day of its own) or seconds from a day that all of them share, so
    only their distance says anything: they stand before the year 1900, where `study_day` sets them against no written day.

    >>> dates(pd.Series(["2024-03-02T08:30", "02MAR2024", "2.3.2024", "20240302", "2024-03", "2024"])).dt.strftime("%d %b").tolist()
    ['02 Mar', '02 Mar', '02 Mar', '02 Mar', nan, nan]
    >>> dates(pd.Series(["02/03/2024", "02/13/2024"])).dt.strftime("%d %b").tolist(), dates(pd.Series(["02/03/2024"])).tolist()
    (['03 Feb', '13 Feb'], [NaT])
    """
    capitals, made = texts.str.upper(), pd.Series(pd.NaT, index=texts.index, dtype="datetime64[ns]")
    if capitals.eq("").all():  # as of most columns: none is there
        return made
    beyond = capitals.str.extract(r"^(\d\d?)/(\d\d?)/\d{4}").astype(float).gt(12).any()  # 12 months
    slashed = {"%d/%m/%Y" if beyond[0] else "%m/%d/%Y": r"\d\d?/\d\d?/\d{4}"} if beyond[0] != beyond[1] else {}
    for form, pattern in (DATES | slashed).items():
        found = capitals.str.extract(rf"^({pattern})(?![\d.-])", expand=False)
        made = made.fillna(pd.to_datetime(found, format=form, errors="coerce").astype("datetime64[ns]"))
    days = number(capitals)
    days = days.mask(days >= 1e8, days // 86400)
    counted = pd.to_timedelta(days.where(days.between(10_000, 80_000)), unit="D")
    return made.fillna(COUNTED + counted)


def dated(frame, *names):
    """The date of each row, of the first of these columns that holds one, and in which rows something stands that is none."""
    made, filled = dates(column(frame, "")), pd.Series(False, index=frame.index)
    for name in names:
        made, filled = made.fillna(dates(column(frame, name))), filled | (column(frame, name) != "")
    return made, made.isna() & filled


def study_day(date, start):
    """Days of a trial: that of the first treatment is day 1, the one before it day -1."""
    start = pd.to_datetime(start)
    gone = (date - start).dt.days
    return (gone + (gone >= 0)).mask(on_two_scales(date, start))


def on_two_scales(date, start):
    """Where a day is written and the other one a number (`dates`), so that nobody knows how far apart they are."""
    return date.notna() & start.notna() & ((date < WRITTEN) != (start < WRITTEN))


def natural(name):
    """A name for sorting, its numbers as numbers.

    >>> sorted(["Week 10", "Week 9", "baseline"], key=natural)
    ['baseline', 'Week 9', 'Week 10']
    """
    return [(int(part), "") if part.isdigit() else (0, part.casefold()) for part in re.split(r"(\d+)", name)]


def enumerated(names):
    """Names in a row, the first dozen of many.

    >>> enumerated(["a", "b", "a"])
    'a, b'
    """
    names = list(dict.fromkeys(names))
    return f"{', '.join(names[:12])}{' and others' if len(names) > 12 else ''}"


class Notes:
    """Warnings as they come up: file, what is amiss, how many; and alarms, for the short answer."""

    def __init__(self):
        self.rows, self.alarms = [], []

    def of(self, file):
        """What takes down a warning of this file: what is amiss, how many (0: nothing is), and perhaps an alarm."""

        def note(warning, count, alarm=""):
            if int(count):
                self.rows.append((file, warning, int(count)))
                self.alarms += [alarm] * bool(alarm)

        return note
