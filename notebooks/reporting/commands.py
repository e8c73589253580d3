"""The commands behind the Makefile: report, accept, parameters, compare, sweep, share. User text comes from the environment only."""

import os
import sys
import textwrap
import time

from reporting import configuration, places, request
from reporting.configuration import ChapterError, UserError


def report():
    """Run chapters and write their pages."""
    asked = request.read()  # before the slow imports, so that a misspelt name is answered at once
    started = time.monotonic()
    from reporting import kernels

    with kernels.fork_server():  # its server imports while this process does
        from reporting import build

        folder = build.report(asked, say=_say)
    _say(f"Wrote {places.seen(folder)}/index.html in {time.monotonic() - started:.0f} s. Open it in a browser.")


def accept():
    """Make the outcome of a fresh run the reference."""
    from reporting import kernels

    why = os.environ.get("WHY", "")
    with kernels.fork_server():
        from reporting import accept

        moved = accept.accept(why, say=_say)
    for chapter, name, old, new in moved:
        _say(f"  {chapter}  {name}: {old or 'new'} -> {new or 'gone'}")
    _say(f"{len(moved)} results moved. Look at the change, run make report, then commit code and references together.")


def parameters():
    """Print every parameter: name, type, default, range, unit, meaning, chapters."""
    declared = {}
    for chapter in configuration.chapters():
        for name in configuration.declared_parameters(chapter):
            declared.setdefault(name, []).append(chapter[:2])
    read = {chapter[:2] for chapter in configuration.needed(configuration.read()["last"])}
    for name, kind, default, limits, unit, meaning, where in request.table_of_parameters(declared):
        _say(f"{name} = {default}")
        last = [chapter[:2] for chapter in configuration.read()["last"] if chapter[:2] not in where.split(", ")]
        if last and read & set(where.split(", ")):
            where = f"{where} and, through their results, {' and '.join(last)}"
        about = f"{kind}{', ' + limits if limits else ''}; unit: {unit}; {meaning}; chapters {where or 'none'}"
        _say(textwrap.fill(about, 100, initial_indent="    ", subsequent_indent="    "))


def compare():
    """Say what differs between two runs, and write it as a page."""
    from reporting import compare

    text, folder = compare.compare()
    _say(text)
    _say(f"Wrote {places.seen(folder)}/index.html. Open it in a browser.")


def sweep():
    """Run many reruns into one table; UserError at the end where some failed."""
    asked = _sweep_asked()  # before the slow imports
    started = time.monotonic()
    from reporting import kernels

    with kernels.fork_server():
        from reporting import sweep

        folder, failed = sweep.sweep(asked, say=_say)
    _say(f"Wrote {places.seen(folder)}/index.html and table.csv in {time.monotonic() - started:.0f} s.")
    if failed:
        raise ChapterError(f"{failed:,} of the runs failed; the same command runs only those again.")


def _sweep_asked():
    if not request.sample_asked(os.environ):
        return request.read_sweep()
    from reporting import sample  # here: pandas takes a second

    return sample.requested_sets(os.environ)


def share():
    """Write the whole report as one HTML file and one PDF."""
    from reporting import share

    for path in share.share():
        _say(f"Wrote {places.seen(path)} ({path.stat().st_size / 1e6:.1f} MB).")


def _say(text):
    try:
        print(text, flush=True)
    except BrokenPipeError:  # whoever listened has gone, as in `make parameters | head`: the work goes on unheard
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(command):
    """Exit status 0 when done, 2 for something the user can mend, 1 for a failed chapter."""
    commands = {made.__name__: made for made in (report, accept, parameters, compare, sweep, share)}
    os.environ["REPORT_COMMAND"] = command
    sys.stdout.reconfigure(errors="replace")  # where the terminal knows fewer letters than the report
    if command not in commands:
        print(f"{command or 'nothing'} is not a command; one of {', '.join(commands)} is.", file=sys.stderr)
        return 2
    try:
        request.refuse_misspelt(command)
        commands[command]()
    except UserError as error:
        print(error, file=sys.stderr)
        return error.status
    except PermissionError as error:
        print(f"{error.filename} may not be read or written ({error.strerror}).", file=sys.stderr)
        return 2
    except LookupError as error:
        if type(error).__name__ != "TemplateNotFound":  # of jinja2, slow to import: most commands do without
            raise
        print(f"reports/template/{error} is missing; the pages are made with it, so bring it back.", file=sys.stderr)
        return 2
    return 0
