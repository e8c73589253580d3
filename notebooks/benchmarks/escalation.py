"""How fast the dose-escalation engine is, against the goals set for it; prints, asserts nothing.

Run from notebooks/: python -m benchmarks.escalation
"""

from time import perf_counter

import numpy as np

from trial.methods.escalation import READINGS, operating_characteristics
from trial.methods.model_designs import compared_designs
from trial.methods.posterior import beliefs_after_no_harm

RISING = [0.05, 0.10, 0.15, 0.25]


def seconds(work, times=1):
    """The fastest of so many runs, in seconds."""
    taken = []
    for _ in range(times):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return min(taken)


def main():
    """Print one line a task: what, time taken, goal."""
    curves = np.sort(np.random.default_rng(2023).uniform(size=(10_000, 4)), axis=1)
    for reading in READINGS:
        first = 1000 * seconds(lambda reading=reading: operating_characteristics(RISING, reading))
        four = 1000 * seconds(lambda reading=reading: operating_characteristics(RISING, reading), 20)
        eight = 1000 * seconds(lambda reading=reading: operating_characteristics([*RISING, *RISING], reading), 20)
        many = seconds(lambda reading=reading: [operating_characteristics(curve, reading) for curve in curves])
        print(f"{reading}: one curve, four doses {four:.2f} ms, the first {first:.2f} ms (goal 5 ms)")
        print(f"{reading}: one curve, eight doses {eight:.2f} ms (goal 100 ms)")
        print(f"{reading}: 10,000 random curves, four doses {many:.1f} s (goal 20 s)")
    four_designs = 1000 * seconds(lambda: compared_designs({"rising": RISING}, 0.3, [3] * 4, "A"), 3)
    print(f"one curve under all four designs {four_designs:.0f} ms")
    print(f"beliefs after nobody was harmed {1000 * seconds(lambda: beliefs_after_no_harm([3] * 4, 1 / 3), 3):.1f} ms")


if __name__ == "__main__":
    main()
