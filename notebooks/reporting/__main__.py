"""`python -m reporting COMMAND`: a report that is up to date is told at once, before anything slow is imported."""

import contextlib
import os
import sys

from reporting import places, stamps


def main(command):
    """Exit status 0 when done, 2 for something the user can mend, 1 for a failed chapter, 130 when stopped."""
    if command == "report":  # where other tools are told to put what they make
        with contextlib.suppress(OSError):
            (stamps.ROOT / "reports" / "runs").mkdir(exist_ok=True)
    if command == "report" and stamps.up_to_date(os.environ):
        place = places.seen(stamps.ROOT / "reports" / "index.html")
        print(
            f"Up to date: nothing that {place} comes from has changed since it was built (FORCE=1 builds all the same)."
        )
        return 0
    try:
        from reporting import commands

        return commands.main(command)
    except SyntaxError as error:  # in a module of the report, such as a merge left unfinished
        from reporting import readable

        print(readable.not_python(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # while it imports, too
        print("Stopped. The pages and references are as they were.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
