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
        found = _Plain(text).get_single_data()
    except yaml.reader.ReaderError as error:
        fault = Unreadable(f"holds a character that no text has (U+{error.character:04X})")
        fault.line = text[: error.position].count("\n") + 1
        raise fault from None
    except yaml.composer.ComposerError as error:  # the one thing it has to say where neither & nor * is read
        raise Unreadable("holds more than one document (a line ---)", error.problem_mark) from None
    except yaml.YAMLError as error:
        raise Unreadable("is not YAML", getattr(error, "problem_mark", None)) from None
    return "" if found is None else found


class _Plain(yaml.BaseLoader):
    """PyYAML's own loader of texts, held to what a parameter can be."""

    depth = 0

    def compose_node(self, parent, index):
        event = self.peek_event()
        if getattr(event, "anchor", None):
            raise Unreadable("uses & or *, which are not read here; write each value out", event.start_mark)
        if getattr(event, "tag", None):
            raise Unreadable("uses a tag (!), which is not read here; write the value alone", event.start_mark)
        within = isinstance(event, yaml.CollectionStartEvent)
        self.depth += within
        if self.depth > DEEPEST:
            raise Unreadable("is nested deeper than any parameter", event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= within
        return node

    def construct_mapping(self, node, deep=False):
        names = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise Unreadable("has a list or a mapping where a name should stand", key.start_mark)
            if key.value in names:
                raise Unreadable(f"gives {shown(key.value, quoted=False)} twice; give it once", key.start_mark)
            names.add(key.value)
        return super().construct_mapping(node, deep)


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
