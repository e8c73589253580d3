"""What differs between two runs: parameters, inputs, results, sentences word by word, and the data of charts."""

import difflib
import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest

from reporting import configuration, html, mime, places, provenance, publish, readable, records, request
from reporting.configuration import UserError

ACCEPTED = "accepted"
SHOWN = 12  # lines of a kind in the text summary; the page holds them all


@dataclass(frozen=True)
class Side:
    """One of the two runs: its name, parameters, input hashes (None: not known) and executed chapters."""

    name: str
    parameters: dict
    inputs: dict | None
    notebooks: dict


def _runs():
    folder = places.REPORTS / "runs"
    return {
        str(path.parent.relative_to(folder)): provenance.read(path.parent)
        for path in sorted(folder.rglob(provenance.FILE))
    }


def newest():
    """The run in reports/runs/ that ended last; UserError where there is none."""
    ended = {name: crate["ended"] for name, crate in _runs().items() if crate and crate["ended"]}
    if not ended:
        raise UserError(
            "There is no run to compare with; make one with make report SET=..., or name two with A= and B=."
        )
    return max(ended, key=lambda name: (ended[name], name))


def _notebooks(folder):
    found = {path.stem: path for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))}
    return {name: readable.notebook(path) for name, path in found.items()}


def load_side(name):
    """The run of a name, or the accepted references; UserError naming the nearest where there is no such run."""
    if name == ACCEPTED:
        return Side(name, request.resolve({}), provenance.accepted_inputs(), _notebooks(places.NOTEBOOKS))
    known = _runs()
    if not known.get(name):
        close = configuration.nearest(name, [ACCEPTED, *known])
        hint = f"the nearest is {close}" if close else f"there are {', '.join([ACCEPTED, *known])}"
        raise UserError(f"There is no run {name} in reports/runs/; {hint}.")
    crate = known[name]
    return Side(name, crate["parameters"], crate["inputs"], _notebooks(places.REPORTS / "runs" / name))


# --- the differences --------------------------------------------------------------------------------------------------


def _pairs(old, new):
    return [(key, old.get(key), new.get(key)) for key in sorted({*old, *new}) if old.get(key) != new.get(key)]


def results(old, new):
    """Results that differ: dicts with name, old and new (text), change, and whether beyond tolerance."""
    return [
        {
            "name": name,
            "old": records.short(was) or "none",
            "new": records.short(now) or "none",
            "change": _change(was, now),
            "beyond": records.beyond_tolerance(was, now),
        }
        for _, name, was, now in records.moved(records.of_notebooks(old), records.of_notebooks(new))
    ]


def _change(old, new):
    if old is None or new is None:
        return "new" if old is None else "gone"
    if old["value"] == new["value"]:
        return "limits only" if any(old[c] != new[c] for c in records.NUMBERS) else "words only"
    short, difference = configuration.science("words").short, new["value"] - old["value"]
    sign = "+" if difference > 0 else ""
    share = f" ({sign}{short(100 * difference / abs(old['value']))}%)" if old["value"] else ""
    return f"{sign}{short(difference, 4)}{share}"


def sentences(notebook):
    """What a chapter says, one line of Markdown an entry, links reduced to their words."""
    lines = [line.strip() for text in mime.of_notebook(notebook, mime.MARKDOWN) for line in text.splitlines()]
    return [re.sub(r"</?(?:details|summary)[^>]*>", "", html.without_links(line)) for line in lines if line]


def _aligned(old, new):
    # Runs of two lists that are the same or differ: (same, of the old, of the new).
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield kind == "equal", old[a:b], new[c:d]


def word_by_word(old, new):
    """Two sentences as runs of words: (sign, words) with sign " " kept, "-" only in the old, "+" only in the new.

    >>> word_by_word("none of 12 people", "one of 12 people")
    [('-', 'none'), ('+', 'one'), (' ', 'of 12 people')]
    """
    parts = []
    for same, was, now in _aligned(old.split(), new.split()):
        parts += [(" ", was)] if same else [("-", was), ("+", now)]
    return [(sign, " ".join(words)) for sign, words in parts if words]


def changed_sentences(old, new):
    """The sentences of two executed chapters that differ, each as runs of words."""
    apart = [(was, now) for same, was, now in _aligned(sentences(old), sentences(new)) if not same]
    return [word_by_word(*pair) for both in apart for pair in zip_longest(*both, fillvalue="")]


def chart_data(notebook):
    """The rows behind each chart of a chapter, by the chart's key: a Counter of rows, whatever their order and colours."""
    drawn = [figure for figure in mime.of_notebook(notebook, mime.FIGURE) if 'id="figure-' in figure]
    keys = [re.search(r'id="figure-([^"]+)"', figure)[1] for figure in drawn]
    specs = mime.of_notebook(notebook, mime.VEGA_LITE)
    return {
        key: Counter(json.dumps(row, sort_keys=True) for rows in spec.get("datasets", {}).values() for row in rows)
        for key, spec in zip(keys, specs, strict=True)
    }


def changed_charts(old, new):
    """Charts whose data differ: (key, what differs in words)."""
    before, after, found = chart_data(old), chart_data(new), []
    for key in dict.fromkeys([*before, *after]):
        if key not in after or key not in before:
            found.append((key, "new" if key in after else "gone"))
        elif before[key] != after[key]:
            gone, come = (before[key] - after[key]).total(), (after[key] - before[key]).total()
            found.append((key, f"{gone} of {before[key].total()} rows replaced by {come}"))
    return found


def differences(a, b):
    """All that differs between two Sides; chapters that only one of them ran are named and otherwise left out."""
    both = [name for name in a.notebooks if name in b.notebooks]
    old, new = ({name: part.notebooks[name] for name in both} for part in (a, b))

    def in_each(what):
        return {name: found for name in both if (found := what(old[name], new[name]))}

    return {
        "a": a.name,
        "b": b.name,
        "chapters": both,
        "left_out": sorted(set(a.notebooks) ^ set(b.notebooks)),
        "parameters": _pairs(a.parameters, b.parameters),
        "inputs": None if a.inputs is None or b.inputs is None else _pairs(a.inputs, b.inputs),
        "results": results(old, new),
        "sentences": in_each(changed_sentences),
        "charts": in_each(changed_charts),
    }


# --- telling them -----------------------------------------------------------------------------------------------------


def summary(found):
    """The differences as plain text, long lists cut."""

    def part(head, lines):
        more = [f"  ... and {len(lines) - SHOWN} more; the page has them all"] if len(lines) > SHOWN else []
        return [head, *(f"  {line}" for line in lines[:SHOWN]), *more]

    marks = {" ": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    inputs, beyond = found["inputs"] or [], [row for row in found["results"] if row["beyond"]]
    changed = [(name[:2], parts) for name, each in found["sentences"].items() for parts in each]
    charts = [f"{name[:2]} {key}: {what}" for name, each in found["charts"].items() for key, what in each]
    within, known = len(found["results"]) - len(beyond), "not known" if found["inputs"] is None else len(inputs)
    lines = [
        f"{found['a']} against {found['b']}, chapters {', '.join(name[:2] for name in found['chapters']) or 'none'}.",
        *([f"Run by one of the two only, so left out: {', '.join(found['left_out'])}."] if found["left_out"] else []),
        *part(
            f"Parameters that differ: {len(found['parameters'])}",
            [f"{name}: {old} -> {new}" for name, old, new in found["parameters"]],
        ),
        *part(
            f"Inputs whose hash differs: {known}",
            [f"{name}: {_digest(old)} -> {_digest(new)}" for name, old, new in inputs],
        ),
        *part(
            f"Results that moved beyond tolerance: {len(beyond)} (within it: {within})",
            [f"{row['name']}: {row['old']} -> {row['new']}, {row['change']}" for row in beyond],
        ),
        *part(
            f"Sentences that changed: {len(changed)}",
            [f"{number}: " + " ".join(marks[sign].format(words) for sign, words in parts) for number, parts in changed],
        ),
        *part(f"Charts whose data changed: {len(charts)}", charts),
    ]
    return "\n".join(lines)


def _digest(text):
    return (text or "none")[:12]


def page(found):
    """The differences as a page that stands beside the report's style sheet."""
    return html.template("compare.html.j2").render(
        **found,
        beyond=sum(row["beyond"] for row in found["results"]),
        title=f"{found['a']} against {found['b']}",
        tolerances={"exact": records.tolerance(""), "others": records.tolerance("simulated, by quadrature")},
        digest=_digest,
    )


def _left_out(environment, name):
    """Which of A and B was left out, what it was taken for, and how to name another, to end a sentence with."""
    for left, taken in {"A": "the accepted report", "B": "the newest run"}.items():
        if not environment.get(left):
            others = [other for other in [*_runs(), ACCEPTED] if other != name]
            hint = f"name another, such as {left}={others[-1]}" if others else "there is no other run yet"
            return f", as {left} was left out and stands for {taken}; {hint}"
    return "; name two different runs"


def compare(environment=os.environ):
    """Compares A with B (left out: the accepted report with the newest run): the text summary and the page written."""
    a, b = environment.get("A") or ACCEPTED, environment.get("B") or newest()
    if a == b:
        raise UserError(f"A and B are both {a}{_left_out(environment, a)}.")
    found = differences(load_side(a), load_side(b))
    named = re.sub(r"[^a-z0-9_-]+", "-", f"{a}-{b}".lower())[:100]
    target = places.REPORTS / "runs" / f"compare-{named}"
    with publish.full_disk_in_words():
        publish.check_target(target, [])
        with publish.pages(target) as pages:
            (pages / "index.html").write_text(page(found), encoding="utf-8")
            (pages / "summary.txt").write_text(summary(found) + "\n", encoding="utf-8")
    return summary(found), target
