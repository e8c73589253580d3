"""How long building, rebuilding, checking and sweeping take, beside the plain command-line pipeline measured in the same run.

`make benchmark`: three rounds (or ROUNDS=), contestants in turn, medians; only this rewrites the README's table. QUICK=1: one
round of two chapters, printed only. The way from a fresh clone to the first report needs a package index; where none is in reach, it is said
to be missing. Works in copies of the checkout, without anything kept; asserts nothing.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

from reporting import configuration, disk_cache, readable, stamps
from reporting.configuration import ROOT
from tests.chapters import files

QUICK = disk_cache.yes("QUICK")
TYPED = os.environ.get("ROUNDS") or "3"
ROUNDS = 1 if QUICK else int(TYPED) if TYPED.isdecimal() else 0
RUNS = 2 if QUICK else 12
SWEPT = "confidence=" + ",".join(f"0.{80 + number}" for number in range(RUNS))
MARKERS = ("<!-- benchmark: written by make benchmark -->", "<!-- end of benchmark -->")
BIN = Path(sys.executable).parent
CHECKS = ("make check", "make test")
# What make was asked for is not handed on to what is timed; the interpreter is.
ASKED = {*stamps.RERUN, *stamps.OTHERS, "CI", "REPORT_KERNELS", "QUICK"} - {"PYTHON"}


class Copy:
    """A copy of the checkout, with the .venv of this one; every command in it is timed."""

    def __init__(self, folder):
        self.root, self.notebooks = folder, folder / "notebooks"
        for name in files():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
        (folder / ".venv").symlink_to(ROOT / ".venv")
        self.last = configuration.read()["last"]
        self.chapters = ["04_biomarkers", "06_context"] if QUICK else configuration.chapters()

    def run(self, *words, cwd=None, **environment):
        """Seconds a command takes; what it printed is shown where it fails."""
        known = {key: value for key, value in os.environ.items() if key not in ASKED}
        known |= {"PATH": f"{BIN}:{known['PATH']}", "OPENBLAS_NUM_THREADS": "1", **environment}
        begun = perf_counter()
        done = subprocess.run(
            [str(word) for word in words], cwd=cwd or self.root, env=known, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"{' '.join(map(str, words))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return perf_counter() - begun

    # --- this project -------------------------------------------------------------------------------------------------

    def make(self, *words, **environment):
        """Seconds for `make report` with its settings; of two chapters where the benchmark is a quick one."""
        chosen = [f"CHAPTER={' '.join(self.chapters)}"] if QUICK else []
        return self.run("make", "report", *chosen, *words, **environment)

    def from_nothing(self):
        """Seconds for the whole report with nothing kept."""
        shutil.rmtree(self.root / ".cache", ignore_errors=True)
        return self.make()

    def one_chapter(self):
        """Seconds after an edit of one chapter."""
        script = self.notebooks / "04_biomarkers.py"
        script.write_text(script.read_text(encoding="utf-8").rstrip() + "\n\n# %%\n1 + 1\n", encoding="utf-8")
        return self.make()

    def first_run_and_sweeps(self):
        """Seconds for a first run with other values, and for a sweep of 12 with pages and without, nothing kept for it."""
        self.forget()
        times = [self.make("SET=confidence=0.7")]
        chosen = [f"CHAPTER={' '.join(self.chapters)}"] if QUICK else []
        for pages in ("1", "0"):
            self.forget()
            times.append(self.run("make", "sweep", *chosen, f"SET={SWEPT}", f"PAGES={pages}"))
        return times

    def forget(self):
        """Removes what is kept of chapters and runs."""
        for place in (".cache", "reports/runs"):
            shutil.rmtree(self.root / place, ignore_errors=True)

    def nbval(self):
        """Seconds for the references of all chapters, as `make test` checks them."""
        line = re.search(r"-m (pytest .*--nbval.*)$", (self.root / "Makefile").read_text(), flags=re.M)[1]
        words = line.replace("[0-9]*.ipynb", "").split()
        return self.run(BIN / "python", "-m", *words, *self.references(), cwd=self.notebooks)

    # --- the plain pipeline -------------------------------------------------------------------------------------------

    def references(self):
        return sorted(path.name for path in self.notebooks.glob("[0-9]*.ipynb"))

    def plain_nbval(self):
        """Seconds for nbval as it comes: one process, ordinary kernels."""
        words = ("-m", "pytest", "-q", "--nbval", "--nbval-current-env", "--nbval-cell-timeout", "300")
        return self.run(BIN / "python", *words, *self.references(), cwd=self.notebooks, FORCE="1")

    def plain_chapter(self, name):
        """Seconds for one chapter through jupytext, papermill and nbconvert, each by its command."""
        out = self.root / ".plain"
        out.mkdir(exist_ok=True)
        raw, ran = out / f"{name}.ipynb", out / f"{name}-ran.ipynb"
        steps = [
            ("jupytext", "--quiet", "--to", "ipynb", "-o", raw, f"{name}.py"),
            ("papermill", "--no-progress-bar", "-k", "python3", "--cwd", self.notebooks, raw, ran),
            ("jupyter", "nbconvert", "--to", "html", ran),
        ]
        return sum(self.run(*step, cwd=self.notebooks, FORCE="1") for step in steps)

    def plain(self, at_once):
        """Seconds for all chapters, so many at a time, those that read results last."""
        begun = perf_counter()
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(self.plain_chapter, [name for name in self.chapters if name not in self.last]))
            list(pool.map(self.plain_chapter, [name for name in self.chapters if name in self.last]))
        return perf_counter() - begun


def measured(copy):
    """Task to seconds: medians over the rounds, in each of which every contestant has its turn."""
    times = {}

    def note(task, seconds):
        times.setdefault(task, []).append(seconds)
        print(f"  {task:<24} {seconds:6.1f} s", flush=True)

    for number in range(ROUNDS):
        print(f"round {number + 1} of {ROUNDS}", flush=True)
        note("plain", copy.plain(1))
        note("from nothing", copy.from_nothing())
        note("plain, two at a time", copy.plain(2))
        if not QUICK:
            note("nothing changed", copy.make())
            note("plain nbval", copy.plain_nbval())
            note("nbval", copy.nbval())
            script = copy.notebooks / "04_biomarkers.py"
            before = script.read_text(encoding="utf-8")
            note("one chapter", copy.one_chapter())
            note("plain, one chapter", copy.plain_chapter("04_biomarkers"))
            script.write_text(before, encoding="utf-8")
        if number == 0:  # once: it is many runs by itself
            for task, seconds in zip(("first run", "sweep", "bare sweep"), copy.first_run_and_sweeps(), strict=True):
                note(task, seconds)
    for checks in () if QUICK else CHECKS:  # of the checkout itself: some of them ask git
        note(checks, copy.run(*checks.split(), cwd=ROOT))
    return {task: median(each) for task, each in times.items()}


def cold():
    """Seconds from a fresh clone to its first report, .venv included; None where that could not be made."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder) / "clone")
        (copy.root / ".venv").unlink()
        try:
            return copy.run("make", "report")
        except SystemExit as fault:
            print(f"  fresh clone: not measured\n{fault}", flush=True)
            return None


def lines(times, cold_seconds):
    """The table in Markdown: seconds, the plain pipeline beside them, and the ratios; no line for a time that is None."""

    def row(task, own, plain, two, own_digits=1):
        cells = [f"{own:.{own_digits}f} s"]
        cells += ["" if other is None else f"{other:.1f} s ({own / other:.2f})" for other in (plain, two)]
        return f"| {task} | {' | '.join(cells)} |"

    plain, two = times["plain"], times["plain, two at a time"]
    made = ["| | here | plain, one by one (ratio) | plain, two at a time (ratio) |", "|---|---|---|---|"]
    if cold_seconds:
        made.append(row("fresh clone to first report, set-up included (once)", cold_seconds, None, None))
    made.append(row("build from nothing", times["from nothing"], plain, two))
    if not QUICK:
        made.append(row("nothing changed", times["nothing changed"], plain, two, 2))
        made.append(row("one chapter changed", times["one chapter"], times["plain, one chapter"], None))
        made.append(row("nbval, all references", times["nbval"], times["plain nbval"], None))
        made += [row(f"`{checks}` (once)", times[checks], None, None) for checks in CHECKS]
    made.append(row("a first run with another value", times["first run"], plain, two))
    swept, bare = times["sweep"], times["bare sweep"]
    made.append(row(f"a sweep of {RUNS} with pages (plain: {RUNS} times)", swept, RUNS * plain, RUNS * two))
    made.append(row("one run of that sweep", swept / RUNS, plain, two))
    made.append(row(f"one run without pages ({bare / swept:.2f} of one with them)", bare / RUNS, plain, two))
    return made


def weights():
    """What a reader loads: the heaviest page, and the script that lets charts move."""
    heaviest = max(path.stat().st_size for path in (ROOT / "reports").glob("*.html"))
    script = (ROOT / "reports" / "charts.js").stat().st_size
    return f"The heaviest page weighs {heaviest / 1e3:.0f} kB, the script of moving charts {script / 1e3:.0f} kB."


def sight():
    """How soon pages show and move, in words; "" without a browser."""
    from benchmarks import pages
    from reporting import share

    if share.browser() is None:
        return ""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=share.browser(), args=["--no-sandbox", "--disable-gpu"])
        each = [pages.milliseconds(browser, path.as_uri()) for path in sorted(share.PAGES.glob("*.html"))]
        browser.close()
    first, again, alive = zip(*each, strict=True)
    moving = [one for one in alive if one is not None]
    return (
        f"Pages and their charts are seen after {median(first):.0f} ms (median page) in a browser that has shown nothing yet and "
        f"after {median(again):.0f} ms in one that has; charts move {median(moving):.0f} ms after they are asked to."
    )


def machine():
    """Processor, cores, Python."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    processor = found[1].strip() if found else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def main():
    """Measures, prints the table, and puts it into the README (not where QUICK)."""
    if not ROUNDS:
        sys.exit(f"ROUNDS: {TYPED} is no number of rounds; write ROUNDS=3, or leave ROUNDS out.")
    try:
        readable.readme_around(MARKERS)
    except configuration.UserError as error:
        sys.exit(str(error))
    (ROOT / ".cache").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=ROOT / ".cache") as folder:
        times = measured(Copy(Path(folder)))
    table = lines(times, None if QUICK else cold())
    busy = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"
    about = f"Measured on {date.today().isoformat()} on {machine()}, medians of {ROUNDS} rounds (the sweeps and the run before them once); load at the end {busy}."
    said = " ".join(part for part in (about, weights(), sight()) if part)
    print("\n".join([*table, "", said]))
    if not QUICK:
        before, after = readable.readme_around(MARKERS)
        (ROOT / "README.md").write_text("\n".join([before, *table, "", said, after]), encoding="utf-8")


if __name__ == "__main__":
    main()
