"""Colours that carry a meaning, for eyes and printers that see no hue."""

import re
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from tests.chapters import ROOT
from trial.charts import theme

# Full dichromacy on linear RGB: Machado, Oliveira and Fernandes 2009, table 1, severity 1.0.
SEEN_BY = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
    "everyone": np.eye(3),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])  # IEC 61966-2-1, D65
STEP_OF_LIGHTNESS, STEP_OF_COLOUR = 10, 10  # units of CIE L* and of CIE 1976 difference; about 2 is just seen


def linear(colour):
    """Red, green and blue light of a colour such as "#124a66", from 0 to 1 (IEC 61966-2-1)."""
    coded = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def lab(colour, eye="everyone"):
    """CIE L*a*b* of a colour, as an eye sees it."""
    seen = np.clip(np.asarray(SEEN_BY[eye]) @ linear(colour), 0, 1)
    ratio = TO_XYZ @ seen / (TO_XYZ @ np.ones(3))
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@cache
def dark(colour):
    """The partner of a colour on a dark page, as the style sheet pairs them."""
    style = (ROOT / "reports" / "template" / "report.css").read_text(encoding="utf-8")
    return re.search(rf'svg \[fill="{colour}"\] {{ fill: (#\w+)', style)[1]


def cohorts(mode):
    """The four colours, light as the theme holds them, dark as the style sheet pairs them."""
    if mode == "light":
        return list(theme.COHORT.values())
    return [dark(colour) for colour in theme.COHORT.values()]


def test_lightness_of_known_colours():
    assert lab("#ffffff") == pytest.approx([100, 0, 0], abs=0.02) and lab("#000000")[0] == pytest.approx(0, abs=1e-9)
    assert lab("#ff0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)  # as tables of sRGB primaries give it


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_doses_differ_in_grey_and_in_order(mode):
    lightness = [lab(colour)[0] for colour in cohorts(mode)]
    steps = np.diff(lightness)
    assert (np.abs(steps) >= STEP_OF_LIGHTNESS).all() and len({*np.sign(steps)}) == 1


MEANINGS = {
    "a line that carries data": theme.INK,
    "people outside this trial": theme.COMPARATOR,
    "seen in this trial": theme.SEEN,
    "worlds in which nothing works": theme.NO_EFFECT,
}


def meanings(mode):
    """The colours of MEANINGS in a theme."""
    return {name: dark(colour) if mode == "dark" else colour for name, colour in MEANINGS.items()}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_meanings_differ_in_grey(mode):
    lightness = [lab(colour)[0] for colour in meanings(mode).values()]
    assert min(abs(one - other) for one, other in combinations(lightness, 2)) >= STEP_OF_LIGHTNESS


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("eye", SEEN_BY)
def test_meanings_and_doses_differ_for_every_eye(mode, eye):
    """Meanings and doses, all from each other; what was seen stands further off than all others."""
    seen = {name: lab(colour, eye) for name, colour in meanings(mode).items()}
    seen |= {f"dose {name}": lab(colour, eye) for name, colour in zip(theme.COHORT, cohorts(mode), strict=True)}
    for one, other in combinations(seen, 2):
        least = 2 * STEP_OF_COLOUR if "seen in this trial" in (one, other) else STEP_OF_COLOUR
        assert np.linalg.norm(seen[one] - seen[other]) >= least, f"{one}, {other}"
