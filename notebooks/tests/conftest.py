"""What a run of the checks takes and says at its end, besides passed and failed."""

import gc
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from reporting import accept, build, configuration, execute, places

# Checks say the same on every machine: where continuous integration sets CI, nothing kept would be used.
for name in ("FORCE", "CI", "KERNEL"):
    os.environ.pop(name, None)

# Files whose checks build, start kernels or run whole chapters, longest first: they begin first, so that the two workers end
# at about the same time. `make check` leaves them out, and whatever else needs a browser. Beyond them lies what is marked
# `apart`: many runs of one kind, of which `make test` keeps a few, and commands that start anew; `.ci/run` takes them.
LONG = [
    "test_browser",
    "test_own_trial_files",
    "test_play",
    "test_own_trial",
    "test_faults",
    "test_kernels",
    "test_reader",
    "test_bench",
    "test_files_as_counts",
    "test_own_words",
    "test_sweep",
    "test_places",
    "test_own_privacy",
    "test_front",
    "test_next_trial",
    "test_answers",
    "test_sources",
    "test_engine",
    "test_mutation",
    "test_stamps",
    "test_readable",
    "test_run",
    "test_compare",
]


@pytest.fixture
def copied_data(tmp_path, monkeypatch):
    """A copy of data/ that is read in its place."""
    folder = shutil.copytree(Path(__file__).resolve().parents[2] / "data", tmp_path / "data")
    monkeypatch.setenv("REPORT_DATA", str(folder))
    return folder


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.stem in LONG or "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("long")
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture(scope="module")
def browser():
    from tests.browsing import launched  # other files need none of it

    with launched() as made:
        yield made


@pytest.fixture
def opening(browser):
    """Opens an address in a window of its own, with what else a context may be given. In the end nothing may have been complained
    of, and nothing asked of strangers."""
    from tests.browsing import Seen

    seen = []

    def give(address, **options):
        seen.append(Seen(browser.new_context(**options), address))
        return seen[-1]

    yield give
    assert not [said for one in seen for said in one.complaints + one.strangers()]
    for one in seen:
        one.page.context.close()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder that takes the place of this checkout, with reports/ in it; its data need no check."""
    for name, place in {"NOTEBOOKS": ".", "CACHE": ".cache", "REPORTS": "reports", "ROOT": "."}.items():
        monkeypatch.setattr(places, name, tmp_path / place)
    monkeypatch.setattr(build, "check", lambda *_: None)
    (tmp_path / "reports").mkdir()
    return tmp_path


@pytest.fixture
def small_report(checkout, monkeypatch):
    """A checkout of one tiny chapter, with an old page of it; no chapter must run."""
    from tests.test_run import write_chapter

    monkeypatch.setattr(configuration, "chapters", lambda: ["01_a"])
    monkeypatch.setattr(accept, "_edited_references", lambda: [])
    monkeypatch.setattr(execute, "execute_all", lambda *_, **__: pytest.fail("a chapter ran"))
    for name, text in {"README.md": "", "reports/changes.csv": "", "reports/01_a.html": "old"}.items():
        (checkout / name).write_text(text)
    write_chapter(checkout, "01_a", "x = 1")
    return checkout


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="write the tables of data/README.md from datapackage.json")


def pytest_terminal_summary(terminalreporter):
    """One line a reason for checks that were not run (no browser, no git), which is not the same as passed."""
    skipped = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    reasons = Counter(told[2] if isinstance(told, tuple) else str(told) for told in skipped)
    for reason, number in sorted(reasons.items()):
        terminalreporter.write_line(f"NOT RUN: {number} checks; {reason.removeprefix('Skipped: ')}", yellow=True)


def pytest_collection_finish():
    # What is imported stays: no collection need walk through it again (statsmodels asks for one at each correction of p-values).
    gc.freeze()
