"""YAML without its surprises: every value is the text that was written, in lists and mappings at most, each name once.

What a text means is for whoever knows what is wanted: `true`, `2023-02-30`, `1e-9`, `010` and `null` are texts here.
"""

import yaml

MOST_LETTERS = 20_000  # the largest list a parameter can reasonably hold is far shorter
DEEPEST = 4  # a mapping of lists is as deep as any parameter; a file of parameters adds one


class Unreadable(Exception):
    """What is wrong with a text, as the end of a sentence that begins with its place; `line` counts from 1, or is None."""

    def __init__(self, reason, mark=None):
        super().__init__(reason)
        self.line = mark.line + 1 if mark else None


def read(text):
    """Texts, lists and dicts from YAML, "" where nothing is written; Unreadable where it is anything else."""
    if len(text) > MOST_LETTERS:
        raise Unreadable(f"has {len(text):,} letters, and {MOST_LETTERS:,} are the most that are read")
    try:
        events = list(_plain(yaml.parse(text, Loader=yaml.SafeLoader)))
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        fault = Unreadable(f"holds a character that no text has (U+{error.character:04X})")
        fault.line = line
        raise fault from None
    except yaml.YAMLError as error:
        raise Unreadable("is not YAML", getattr(error, "problem_mark", None)) from None
    if not events:
        return ""
    return _built(iter(events))


def _plain(events):
    """The events that make up values; Unreadable at the first that is no text, list or mapping."""
    depth, documents = 0, 0
    for event in events:
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise Unreadable("holds more than one document (a line ---)", event.start_mark)
        if not isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            continue
        if getattr(event, "anchor", None):
            raise Unreadable("uses & or *, which are not read here; write each value out", event.start_mark)
        if getattr(event, "tag", None):
            raise Unreadable("uses a tag (!), which is not read here; write the value alone", event.start_mark)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Unreadable("is nested deeper than any parameter", event.start_mark)
        yield event


def _built(events, event=None):
    # At most DEEPEST calls deep.
    event = event or next(events)
    if isinstance(event, yaml.ScalarEvent):
        return event.value
    if isinstance(event, yaml.SequenceStartEvent):
        found = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            found.append(_built(events, item))
        return found
    found = {}
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        if not isinstance(key, yaml.ScalarEvent):
            raise Unreadable("has a list or a mapping where a name should stand", key.start_mark)
        if key.value in found:
            raise Unreadable(f"gives {shown(key.value, quoted=False)} twice; give it once", key.start_mark)
        found[key.value] = _built(events)
    return found


LONGEST, LONGEST_PATH = 60, 250


def shown(value, quoted=True, longest=LONGEST):
    """A value as it may stand in a sentence: short, on one line, in the words of whoever wrote it.

    >>> shown("high"), shown(0.5), shown(["0", "x"]), shown({"a": [True, None]}), shown(""), shown("9" * 5000)
    ('"high"', '0.5', '[0, x]', '{a: [true, nothing]}', 'nothing', '"99999999999999999999999999999... (5,000 letters)"')
    """
    if isinstance(value, str):
        if not value:
            return "nothing"
        text = _printable(value, longest)
        return f'"{text}"' if quoted else text
    return _printable(_flow(value), longest)


def _flow(value, depth=0):
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or value == "":
        return "nothing"
    if depth > DEEPEST:
        return "..."
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(part, depth + 1)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple | set | frozenset):
        return "[" + ", ".join(_flow(part, depth + 1) for part in value) + "]"
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    return str(value)


def _printable(text, longest):
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return text if len(text) <= longest else f"{text[: longest // 2 - 1]}... ({len(text):,} letters)"
