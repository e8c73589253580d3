"""From numbers to words: the only place where a number is rounded for a reader.

Every function takes plain numbers and returns text. Edges are part of the contract: a share that is not zero is never
printed as 0%, one that is not one never as 100%, and no rounded p-value is ever 0.
"""

from math import floor, isfinite, log10

SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MINUS = "\N{MINUS SIGN}"


def _finite(value):
    if not isfinite(value):
        raise ValueError(f"{value} has no words: only finite numbers can be printed.")
    return float(value)


def number(value, digits=0):
    """A number with a fixed count of decimals, thousands separated, a true minus sign.

    >>> number(1234.5678, 1), number(-0.254, 3), number(-0.0004, 2)
    ('1,234.6', '−0.254', '0.00')
    """
    text = f"{_finite(value):,.{digits}f}"
    if text.startswith("-"):
        text = text[1:] if float(text.replace(",", "")) == 0 else MINUS + text[1:]
    return text


def significant(value, digits=2):
    """A number with so many significant digits, never in scientific notation.

    >>> significant(0.012345), significant(398.7), significant(22.4, 3), significant(0)
    ('0.012', '400', '22.4', '0')
    """
    if _finite(value) == 0:
        return "0"
    places = digits - 1 - floor(log10(abs(value)))
    return number(round(value, places), max(places, 0))


def plain(value):
    """A number as short as it can be told: whole numbers without decimals, others as they are.

    >>> plain(12.0), plain(6.5), plain(0.7), plain(1000000)
    ('12', '6.5', '0.7', '1,000,000')
    """
    text = f"{_finite(value) or 0.0:,.10f}".rstrip("0").rstrip(".")
    return MINUS + text[1:] if text.startswith("-") else text


def percent(share, digits=None):
    """A share as per cent: whole from 10% on, one decimal below, never a false 0% or 100%.

    >>> percent(0.2646), percent(0.0247), percent(0.05), percent(0), percent(1), percent(0.0002), percent(0.9991)
    ('26%', '2.5%', '5%', '0%', '100%', 'less than 0.1%', 'more than 99%')
    """
    value = 100 * _finite(share)
    if digits is not None:
        return f"{number(value, digits)}%"
    if value in (0, 100):
        return f"{value:.0f}%"
    if 0 < abs(value) < 0.1:
        return "less than 0.1%"
    if 99 < value < 100:
        return "more than 99%" if value >= 99.5 else "99%"
    return f"{plain(round(value, 1 if abs(value) < 9.95 else 0))}%"


def in_hundred(share):
    """A share as a natural frequency.

    >>> in_hundred(0.2824), in_hundred(0.004), in_hundred(0.999), in_hundred(0), in_hundred(1)
    ('28 of 100', 'fewer than 1 of 100', 'more than 99 of 100', '0 of 100', '100 of 100')
    """
    value = 100 * _finite(share)
    if 0 < value < 0.5:
        return "fewer than 1 of 100"
    if 99.5 < value < 100:
        return "more than 99 of 100"
    return f"{number(value)} of 100"


def one_in(share):
    """A share as "1 in so many", to the nearest whole number.

    >>> one_in(0.1), one_in(0.2646), one_in(0.01)
    ('1 in 10', '1 in 4', '1 in 100')
    """
    if not 0 < _finite(share) <= 1:
        raise ValueError(f"{share} cannot be told as 1 in so many; it must be above 0 and at most 1.")
    return f"1 in {number(1 / share)}"


def in_words(count):
    """A small whole number as a word, a larger one in digits.

    >>> in_words(4), in_words(0), in_words(44)
    ('four', 'no', '44')
    """
    return SMALL[count] if 0 <= count < len(SMALL) else number(count)


def count_of(count, people):
    """People as "k of n", "none of n" for nobody.

    >>> count_of(1, 12), count_of(0, 12)
    ('1 of 12', 'none of 12')
    """
    return f"{number(count) if count else 'none'} of {number(people)}"


def things(count, noun, plural=None):
    """A count with its noun, in the right form.

    >>> things(1, "event"), things(44, "event"), things(0, "person", "people"), things(2, "person", "people")
    ('one event', '44 events', 'no people', 'two people')
    """
    return f"{in_words(count)} {noun if count == 1 else plural or noun + 's'}"


def between(lower, upper, form=percent):
    """Two limits as "a to b", each in the given form.

    >>> between(0, 0.2646)
    '0% to 26%'
    """
    return f"{form(lower)} to {form(upper)}"


def probability(value):
    """A probability or p-value: two significant digits, never 0.

    >>> probability(0.0142), probability(0.00049), probability(2.7e-06), probability(0.25), probability(0.999999)
    ('0.014', '0.00049', 'less than 0.0001', '0.25', 'more than 0.999')
    """
    if 0 < _finite(value) < 0.0001:
        return "less than 0.0001"
    if 0.999 < value < 1:
        return "more than 0.999"
    return significant(value)


def listed(items):
    """Items joined as in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"]), listed([1, 2])
    ('a, b and c', 'a', '1 and 2')
    """
    items = [str(item) for item in items]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def sentence(text):
    """The same text with a capital first letter.

    >>> sentence("none of 12")
    'None of 12'
    """
    return text[:1].upper() + text[1:]


def wrapped(text, width):
    """Title lines for a drawing `width` pixels wide: 40 characters on a phone, 76 on a page.

    >>> wrapped("Each step doubled the dose, three people at a time", 340)
    ['Each step doubled the dose, three people', 'at a time']
    """
    longest, lines = (40 if width < 500 else 76), [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        lines = [*lines[:-1], joined] if len(joined) <= longest else [*lines, word]
    return lines


def people_share(share, people):
    """A share of so many people as a count in words: "none", "one", "six".

    >>> people_share(0, 12), people_share(1 / 12, 12), people_share(0.5, 12)
    ('none', 'one', 'six')
    """
    count = round(share * people)
    return in_words(count) if count else "none"


# --- forms of a column ------------------------------------------------------------------------------------------------


def one_decimal(value):
    """A number with one decimal.

    >>> one_decimal(12.34)
    '12.3'
    """
    return number(value, 1)


def three_digits(value):
    """A number with three significant digits.

    >>> three_digits(398.76), three_digits(0.49)
    ('399', '0.490')
    """
    return significant(value, 3)
