"""What to believe about the DLT rate of each dose after nobody was harmed, and how much of that is the prior.

Two priors treat each dose by itself; three say that a higher dose never harms less often. Each is shown with what it
says before any data, because after a dozen people without harm the answer is mostly prior.
"""

from math import log1p

import numpy as np
import pandas as pd
from scipy.special import loggamma
from scipy.stats import beta

from trial.methods.intervals import number, whole_number
from trial.methods.model_designs import PRIOR_VARIANCE, indifference_skeleton, power_posterior

ANGLES = np.pi * (np.arange(1, 80, 2) / 40 - 1)


def steps_above(limit, remaining, risen):
    """P(rate > limit) where 1 - rate is a product of independent Beta(remaining_i, risen_i) steps.

    In: limit above 0 and below 1, two equally long lists of positive numbers. Out: probability. Numerical inversion
    of the Laplace transform of -log(1 - rate) on a Talbot contour of 40 points (Trefethen, Weideman and Schmelzer,
    2006), good to about ten digits while the parameters stay below 20.
    """
    limit = number("limit", limit, above=0, below=1)
    remaining = np.array([number("beta parameter", one, above=0) for one in remaining])
    risen = np.array([number("beta parameter", one, above=0) for one in risen])
    if len(remaining) != len(risen):
        raise ValueError(f"there are {len(remaining)} and {len(risen)} beta parameters, but each step needs both.")
    scale = len(ANGLES) / -log1p(-limit)
    cotangent = 1 / np.tan(0.6407 * ANGLES)
    point = scale * (0.5017 * ANGLES * cotangent - 0.6122 + 0.2645j * ANGLES)
    slope = scale * (0.5017 * cotangent - 0.5017 * 0.6407 * ANGLES / np.sin(0.6407 * ANGLES) ** 2 + 0.2645j)
    both = remaining + risen
    logs = loggamma(remaining + point[:, None]) + loggamma(both) - loggamma(remaining) - loggamma(both + point[:, None])
    summed = np.exp(-point * log1p(-limit)) * (1 - np.exp(logs.sum(axis=1))) / point * slope
    return float((summed.sum() / (1j * len(ANGLES))).real)


def _by_itself(weight, people, limit):
    """Means and P(rate > limit) per dose, before and after, under Beta(weight, weight) at each dose."""
    return [
        [(first / (first + second), float(beta.sf(limit, first, second))) for first, second in pairs]
        for pairs in ([(weight, weight)] * len(people), [(weight, weight + n) for n in people])
    ]


def _by_steps(increments, people, limit):
    """The same where the rises from dose to dose, and what is left above the top, are Dirichlet with these weights.

    1 minus the rate is then a product of independent beta steps, and nobody harmed among n people at a dose adds n to
    every step up to it, so the posterior has the same form.
    """
    risen = np.array(increments[:-1], dtype=float)
    left = np.cumsum(increments[::-1])[::-1][1:].astype(float)
    unharmed = np.cumsum(people[::-1])[::-1]
    found = []
    for remaining in (left, left + unharmed):
        means = 1 - np.cumprod(remaining / (remaining + risen))
        above = [steps_above(limit, remaining[:dose], risen[:dose]) for dose in range(1, len(people) + 1)]
        found.append(list(zip(means.tolist(), above, strict=True)))
    return found


def _by_curve(people, limit):
    """The same under the power curve of the CRM, with the skeleton and prior variance of the designs compared."""
    skeleton = indifference_skeleton(0.3, max(len(people) - 1, 1), len(people), 0.05)
    nobody = (0,) * len(people)
    found = []
    for treated in (nobody, people):
        _, means, above = power_posterior(skeleton, PRIOR_VARIANCE, treated, nobody, (limit,) * len(people))
        found.append(list(zip(means, above, strict=True)))
    return found


def beliefs_after_no_harm(people, limit):
    """P(DLT rate > limit) at each dose, before and after nobody was harmed, under five priors.

    In: people treated per dose, lowest first (whole numbers, 1 to 12 doses), limit for the rate (share). Out: table
    with one row a prior and dose: prior (in words), ordered (True where rates rise with the dose), dose (from 1),
    people, prior_mean, prior_above, posterior_mean, posterior_above. Exact, or quadrature good to eight digits.

    - each dose by itself: uniform, Beta(1, 1), and Jeffreys, Beta(1/2, 1/2).
    - ordered uniforms: as many uniform rates as doses, sorted. The top dose is then the worst of all, and a high rate
      there almost certain beforehand.
    - top dose uniform: any rate at the top is as likely as any other, and the rises up to it are exchangeable
      (Dirichlet with 1/n for each of n rises and 1 for what is left).
    - power curve: skeleton ^ exp(b) as in the CRM, b normal with variance 1.34.
    """
    limit = number("limit", limit, above=0, below=1)
    people = tuple(whole_number("people at a dose", n) for n in people)
    doses = whole_number("the number of doses", len(people), at_least=1, at_most=12)
    priors = {
        ("uniform, each dose by itself", False): _by_itself(1, people, limit),
        ("Jeffreys, each dose by itself", False): _by_itself(0.5, people, limit),
        ("ordered uniforms", True): _by_steps([1] * (doses + 1), people, limit),
        ("rising, top dose uniform", True): _by_steps([1 / doses] * doses + [1], people, limit),
        ("rising along a power curve", True): _by_curve(people, limit),
    }
    rows = [
        (prior, ordered, dose, people[dose - 1], *before[dose - 1], *after[dose - 1])
        for (prior, ordered), (before, after) in priors.items()
        for dose in range(1, doses + 1)
    ]
    columns = ["prior", "ordered", "dose", "people", "prior_mean", "prior_above", "posterior_mean", "posterior_above"]
    return pd.DataFrame(rows, columns=columns)
