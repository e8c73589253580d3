"""What a run of the checks takes and says at its end, besides passed and failed."""

BROWSER = "tests/test_browser.py"


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="write the tables of data/README.md from datapackage.json")


def pytest_terminal_summary(terminalreporter):
    """One line where no browser was found: these checks were not run, which is not the same as passed."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if BROWSER in report.nodeid]
    if skipped:
        reason = skipped[0].longrepr[2].removeprefix("Skipped: ")
        terminalreporter.write_line(f"NOT RUN: {len(skipped)} checks of the pages in a browser; {reason}", yellow=True)
