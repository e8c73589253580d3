"""What ten thousand runs ask of the machine that drives them: `python -m benchmarks.many [runs]` in notebooks/.

The runs are simulated: each gives the report's own results, moved by its seed, without a chapter. So all that is measured is
sending, keeping, going on after a stop, gathering, table and pages.
"""

import atexit
import resource
import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy

from reporting import csv_cells, engine, places, records, request, sweep

KNOWN = csv_cells.rows(places.REPORTS / "results.csv")
places.REPORTS = places.CACHE = Path(tempfile.mkdtemp(prefix="many-"))
atexit.register(shutil.rmtree, places.REPORTS)


def simulated(asked, known, pages):
    """The report's results, each moved by the seed of the run."""
    moved = numpy.random.default_rng(asked.values["seed"]).normal(1, 0.1, len(KNOWN))
    rows = [
        {**row, **{part: float(row[part]) * by if row[part] else None for part in records.NUMBERS}}
        for row, by in zip(KNOWN, moved, strict=True)
    ]
    return engine.Done(records.text(rows))


def main(runs):
    """Prints seconds and the most memory this process has held, after each of two sweeps: all runs, then none of them anew."""
    engine.run = simulated
    words = {"SET": f"seed={','.join(map(str, range(runs)))} confidence=0.9", "RUN": "many", "CHAPTER": "02_safety"}
    for what in ("all anew", "all kept"):
        begun = perf_counter()
        asked = request.read_sweep(words)
        folder, _ = sweep.sweep(asked, {}, say=lambda text: None)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(f"{len(asked.runs):,} runs, {what}: {perf_counter() - begun:.0f} s, at most {memory:.0f} MB", flush=True)
    for path in (folder / "rows.sqlite", folder / "table.csv", folder / "index.html"):
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")
    print(
        f"{len(list(folder.glob('*.html')))} pages, the largest {max(p.stat().st_size for p in folder.glob('*.html')) / 1e3:.0f} kB"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
