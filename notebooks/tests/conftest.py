"""What a run of the checks takes and says at its end, besides passed and failed."""

from collections import Counter


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="write the tables of data/README.md from datapackage.json")


def pytest_terminal_summary(terminalreporter):
    """One line a reason for checks that were not run (no browser, no git), which is not the same as passed."""
    skipped = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    reasons = Counter(told[2] if isinstance(told, tuple) else str(told) for told in skipped)
    for reason, number in sorted(reasons.items()):
        terminalreporter.write_line(f"NOT RUN: {number} checks; {reason.removeprefix('Skipped: ')}", yellow=True)
