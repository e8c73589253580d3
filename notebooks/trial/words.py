"""From numbers to words: the only place where a number is rounded for a reader.

Every function takes plain numbers and returns text. Edges are part of the contract: a share that is not zero is never
printed as 0%, one that is not one never as 100%, and no rounded p-value is ever 0.

The last digits of a float are the processor's: the same sum ends in ...9997 on one and in ...0001 on another. So every
function first settles on twelve significant digits, then decides and rounds in decimals, halves away from zero.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import partial
from math import isfinite
from numbers import Integral

SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MINUS = "\N{MINUS SIGN}"
BEYOND = 10**12  # no reader can picture more


EXACT = Context(prec=400, rounding=ROUND_HALF_UP)  # every digit of any float


def settled(value):
    """The decimal a float stands for: twelve significant digits (large numbers: three decimals), whole numbers exactly.

    >>> settled(0.09999999999999998) == settled(0.1), settled(0.12499999999999997), settled(10**20 + 1)
    (True, Decimal('0.125'), Decimal('100000000000000000001'))
    """
    if isinstance(value, Decimal | Integral):
        return Decimal(value if isinstance(value, Decimal) else int(value))
    if not isfinite(value):
        raise ValueError(f"{value} has no words: only finite numbers can be printed.")
    exact = Decimal(f"{value:.12g}" if abs(value) < 1e9 else f"{value:.3f}")
    # A share a little below one is not one; what sums up to one but for the last digits is.
    return Decimal(f"{value:.14f}") if exact == 1 and value < 1 - 1e-14 else exact


def rounded(value, digits=0):
    """A decimal with a fixed count of decimals, halves away from zero.

    >>> rounded(12.499999999999998), rounded(-0.125, 2), rounded(1.6)
    (Decimal('13'), Decimal('-0.13'), Decimal('2'))
    """
    return settled(value).quantize(Decimal(1).scaleb(-digits), context=EXACT)


def whole(value):
    """The nearest whole number, as an int, halves away from zero.

    >>> whole(2.4999999999999996), whole(12 * 0.3)
    (3, 4)
    """
    return int(rounded(value))


def number(value, digits=0):
    """A number with a fixed count of decimals, thousands separated, a true minus sign; beyond a million million, only that.

    >>> number(1234.5678, 1), number(-0.254, 3), number(-0.0004, 2)
    ('1,234.6', '−0.254', '0.00')
    """
    decimal = rounded(value, digits)
    if abs(decimal) > BEYOND:
        return f"{'less than ' + MINUS if decimal < 0 else 'more than '}{BEYOND:,}"
    return f"{MINUS if decimal < 0 else ''}{abs(decimal):,f}"


def significant(value, digits=2):
    """A number with so many significant digits, never in scientific notation.

    >>> significant(0.012345), significant(398.7), significant(22.4, 3), significant(0), significant(0.0996)
    ('0.012', '400', '22.4', '0', '0.10')
    """
    exact = Context(digits, ROUND_HALF_UP).plus(settled(value))
    return number(exact, max(digits - 1 - exact.adjusted(), 0)) if exact else "0"


def plain(value, decimals=10, digits=10):
    """A number as short as it can be told, with at most so many decimals and, if not whole, so many significant digits.

    >>> plain(12.0), plain(6.5), plain(0.7), plain(1000000), plain(0.1 + 0.2), plain(2.25, 1), plain(1234.5, digits=3)
    ('12', '6.5', '0.7', '1,000,000', '0.3', '2.3', '1,230')
    """
    exact = settled(value)
    if digits < 10 or exact != exact.to_integral_value():
        exact = Context(digits, ROUND_HALF_UP).plus(exact)
    text = number(exact, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def short(value, digits=3):
    """A number in so many significant digits and as short as it can be told, never in scientific notation, never a false 0.

    >>> short(0.3), short(2.5e7, 4), short(-1e15), short(1e-7), short(-3e-12), short(0)
    ('0.3', '25,000,000', 'less than −1,000,000,000,000', 'less than 0.000001', 'more than −0.000001', '0')
    """
    if 0 < abs(settled(value)) < Decimal("0.000001"):
        return f"{'more than ' + MINUS if value < 0 else 'less than '}0.000001"
    return plain(value, digits=digits)


def decimals(values):
    """To how many decimals means of such values are told, all alike: one more than they are written with, three digits of their spread.

    >>> decimals([-3.2, -7.1, 0.4]), decimals([12, 15, 40]), decimals([0.00012, 0.00031]), decimals([5]), decimals([1234.5, 99.25])
    (2, 1, 6, 1, 0)
    """
    values = [settled(value) for value in values]
    written = max((max(0, -value.normalize().as_tuple().exponent) for value in values), default=0)
    spread = max(values) - min(values) if len(set(values)) > 1 else abs(values[0]) if values else 0
    return max(0, min(written + 1, 2 - spread.adjusted() if spread else 0, 12))


def percent(share, digits=None):
    """A share as per cent: whole from 10% on, one decimal below, never a false 0% or 100%.

    >>> percent(0.2646), percent(0.0247), percent(0.05), percent(0), percent(1), percent(0.0002), percent(1 - 1e-13)
    ('26%', '2.5%', '5%', '0%', '100%', 'less than 0.1%', 'more than 99%')
    """
    value = 100 * settled(share)
    if digits is not None:
        return f"{number(value, digits)}%"
    if 0 < abs(value) < Decimal("0.1"):
        return "less than 0.1%"
    if 99 < value < 100:
        return "more than 99%" if value >= Decimal("99.5") else "99%"
    return f"{plain(value, 1 if abs(value) < Decimal('9.95') else 0)}%"


def short_percent(share):
    """The same for a drawing, where signs take the place of words.

    >>> short_percent(0.0002), short_percent(1 - 1e-13), short_percent(0.26)
    ('<0.1%', '>99%', '26%')
    """
    return percent(share).replace("less than ", "<").replace("more than ", ">")


def in_hundred(share):
    """A share as a natural frequency.

    >>> in_hundred(0.2824), in_hundred(0.004), in_hundred(0.999), in_hundred(0), in_hundred(1)
    ('28 of 100', 'fewer than 1 of 100', 'more than 99 of 100', '0 of 100', '100 of 100')
    """
    value = 100 * settled(share)
    if 0 < value < Decimal("0.5"):
        return "fewer than 1 of 100"
    if Decimal("99.5") <= value < 100:
        return "more than 99 of 100"
    return f"{number(value)} of 100"


def fraction(share):
    """A share as a pair, so many in so many, near it and in small numbers; the lowest is one in a million.

    >>> fraction(0.2646), fraction(0.4), fraction(0.357), fraction(0.74), fraction(0.98), fraction(1)
    ((1, 4), (4, 10), (1, 3), (3, 4), (49, 50), (1, 1))
    """
    share = settled(share)
    if not 0 < share <= 1:
        raise ValueError(f"{share} cannot be told as so many in so many; it must be above 0 and at most 1.")
    if share > Decimal("0.95"):
        of = min(whole(1 / (1 - share)), 100) if share < 1 else 1
        return max(of - 1, 1), of
    known = [(1, min(whole(1 / share), 1_000_000)), (2, 3), (3, 4), (whole(10 * share), 10)]
    return min(known, key=lambda pair: max(abs(share - Decimal(pair[0]) / pair[1]), Decimal("0.025")))


def one_in(share):
    """A share as "1 in so many", or as so many in ten where that is nearer.

    >>> one_in(0.1), one_in(0.2646), one_in(0.01), one_in(0.7), one_in(1), one_in(1e-9)
    ('1 in 10', '1 in 4', '1 in 100', '7 in 10', 'all', 'fewer than 1 in 1,000,000')
    """
    some, of = fraction(share)
    if of == 1:
        return "all"
    return f"{'fewer than ' if settled(share) < Decimal('0.0000005') else ''}{number(some)} in {number(of)}"


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
    """Two limits as "a to b", each in the given form; one where both read alike.

    >>> between(0, 0.2646), between(1570, 1570, number)
    ('0% to 26%', '1,570')
    """
    return span(form(lower), form(upper))


def span(low, high):
    """Two ends in words, told once where both read alike, "of 100" told once.

    >>> span("5 of 100", "19 of 100"), span("22", "515"), span("more than 99 of 100", "more than 99 of 100")
    ('5 to 19 of 100', '22 to 515', 'more than 99 of 100')
    >>> span("fewer than 1 of 100", "2 of 100")
    'at most 2 of 100'
    """
    if low == high:
        return low
    if low.startswith("fewer than") and high.endswith("of 100"):
        return at_most(high)
    return f"{low.removesuffix(' of 100') if high.endswith(' of 100') else low} to {high}"


def level(confidence):
    """A share that somebody chose (a confidence, a level of a test, an effect), in per cent and to its last digit: no estimate to round.

    >>> level(0.95), level(0.999), level(0.0001), level(0.125)
    ('95%', '99.9%', '0.01%', '12.5%')
    """
    return f"{plain(100 * settled(confidence))}%"


def limits(interval, form=percent):
    """Limits with their method, their side and their confidence, the one way to speak them.

    `interval`: an `intervals.Interval`, or whatever has lower, upper, confidence, method and sides.

    >>> from types import SimpleNamespace
    >>> none = {"lower": 0, "upper": 0.2209, "confidence": 0.95, "method": "Clopper-Pearson"}
    >>> limits(SimpleNamespace(**none | {"upper": 0.2646}, sides="two")), limits(SimpleNamespace(**none, sides="upper"))
    ('0% to 26% (exact, two-sided 95%)', 'at most 22% (exact, one-sided 95%)')
    >>> limits(SimpleNamespace(**none | {"upper": 0.0003}, sides="upper"))
    'less than 0.1% (exact, one-sided 95%)'
    """
    method = "exact" if interval.method == "Clopper-Pearson" else interval.method.split(",")[0]
    side = "two-sided" if interval.sides == "two" else "one-sided"
    limited = {
        "two": lambda: between(interval.lower, interval.upper, form),
        "upper": lambda: at_most(form(interval.upper)),
        "lower": lambda: at_least(form(interval.lower)),
    }[interval.sides]()
    return f"{limited} ({method}, {side} {level(interval.confidence)})"


def at_most(text):
    """An upper limit, from a share as `percent`, `in_hundred` or `simulated` tells it.

    >>> at_most("22%"), at_most("less than 0.1%"), at_most("more than 99%")
    ('at most 22%', 'less than 0.1%', 'at most 100%')
    >>> at_most("fewer than 1 of 100"), at_most("at most 3 of 100"), at_most("more than 99 of 100")
    ('fewer than 1 of 100', 'at most 3 of 100', 'at most 100 of 100')
    """
    if text.startswith(("less than", "fewer than", "at most")):
        return text
    return "at most " + text.replace("more than 99 ", "100 ").replace("more than 99%", "100%")


def at_least(text):
    """A lower limit, from a share as `percent` tells it.

    >>> at_least("22%"), at_least("less than 0.1%"), at_least("more than 99%")
    ('at least 22%', 'above 0%', 'more than 99%')
    """
    return text if text.startswith("more than") else "above 0%" if text.startswith("less than") else f"at least {text}"


def simulated(share, draws):
    """A share of so many simulated trials, in 100: only to what its error allows, two standard errors either way.

    >>> simulated(0.2278, 10_000), simulated(0.2349, 10_000), simulated(0.2278, 200), simulated(0, 500)
    ('22 to 24 of 100', '23 to 24 of 100', '17 to 29 of 100', 'at most 1 of 100')
    """
    around = (share + 2 / draws) / (1 + 4 / draws)  # a count of none still has an error
    error = 2 * (around * (1 - around) / draws) ** 0.5
    lowest, highest = (whole(100 * min(max(share + way * error, 0), 1)) for way in (-1, 1))
    if highest == 0:
        return "fewer than 1 of 100"
    if lowest == highest:
        return in_hundred(share)
    return f"at most {number(highest)} of 100" if lowest == 0 else f"{number(lowest)} to {number(highest)} of 100"


def probability(value):
    """A probability or p-value: two significant digits, never 0.

    >>> probability(0.0142), probability(0.00049), probability(2.7e-06), probability(0.25), probability(0.999999)
    ('0.014', '0.00049', 'less than 0.0001', '0.25', 'more than 0.999')
    """
    exact = settled(value)
    if 0 < exact < Decimal("0.0001"):
        return "less than 0.0001"
    if Decimal("0.999") < exact < 1:
        return "more than 0.999"
    return significant(exact)


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


# After which a full stop ends no sentence, and after which none before a number; how a sentence may begin after a lone letter.
SHORT = r"vs|al|cf|viz|approx|ca|resp|incl|excl|dr|prof|mrs?|ms|st|figs?|tab|eq|refs?|suppl|sect|ch|vol|eds?|jan|feb|mar|apr|jun|jul"
SHORT += r"|aug|sept?|oct|nov|dec|(?:[a-z]\.)+[a-z]"
BEFORE_A_NUMBER = SHORT + r"|nos?|pp?|wk|yr|mo|min|max|n|art|para"
FIRST_WORDS = r"the|an?|in|at|after|before|by|it|they|s?he|we|this|that|these|those|there|then|none|nobody|not?|all|both|of|some|most|few"
FIRST_WORDS += r"|only|people|participants|" + "|".join(SMALL[1:])


def sentences(text):
    """How many sentences a text has. A full stop ends none in an abbreviation, after an initial or between digits.

    >>> [sentences(text) for text in ("Loss was 0.2 vs. 0.6%, e.g. in D.", "It fell. Nobody fell ill.", "“Did it?” was asked")]
    [1, 2, 1]
    >>> [sentences(text) for text in ("None at dose D. It held.", "G. Martino et al. 2023 say so", "Yes! it rose", "See Fig. 2.")]
    [2, 1, 2, 1]
    """
    found = 1
    for last, sign, closed, follows in re.findall(r"(\S*)([.!?…])([\"'”’)\]]*)\s+[\"'“‘(\[]*(\w+)", text):
        last, lower, number = last.lstrip("\"'“‘([").lower(), follows[0].islower(), follows[0].isdigit()
        if sign in "!?":
            found += not (closed and lower)
        elif not lower and not re.fullmatch(BEFORE_A_NUMBER if number else SHORT, last):
            found += not re.fullmatch("[a-z]", last) or bool(re.fullmatch(FIRST_WORDS, follows.lower()))
    return found


def people_share(share, people):
    """A share of so many people as a count in words: "none", "one", "six".

    >>> people_share(0, 12), people_share(1 / 12, 12), people_share(0.5, 12)
    ('none', 'one', 'six')
    """
    count = whole(settled(people) * settled(share))
    return in_words(count) if count else "none"


NOT_READ = "not in what we read"  # stands where a source that we read might have a number and has none


# --- forms of a column ------------------------------------------------------------------------------------------------

one_decimal, two_decimals = partial(number, digits=1), partial(number, digits=2)
three_digits = partial(significant, digits=3)
between_numbers = partial(between, form=significant)


def headed(columns, **parts):
    """Columns whose heads name in braces which of the parts stands there; how they read stays.

    >>> headed({"Million cells at {weight} kg": "total", "Dose": "cohort"}, weight="70")
    {'Million cells at 70 kg': 'total', 'Dose': 'cohort'}
    """
    return {head.format(**parts): how for head, how in columns.items()}
