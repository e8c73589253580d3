"""The answer sheet: what `data/not_read.csv` says of each thing that was not in what we read.

Whoever has the article open fills in `answer`, `answer_locator` and `answer_read_on`; from then on the answer is spoken
wherever a page said "not in what we read", and the row leaves the lists.
"""

from trial import load, words


def _row(key):
    sheet = load.table("not_read").set_index("key")
    if key not in sheet.index:
        raise KeyError(f"{key} is no key of data/not_read.csv.")
    return sheet.loc[key]


def unread():
    """The rows of the sheet that nobody has answered yet, as `load.table` gives them."""
    sheet = load.table("not_read")
    return sheet[sheet["answer"] == ""]


def answered():
    """The rows that hold an answer, as `load.table` gives them; often none."""
    sheet = load.table("not_read")
    return sheet[sheet["answer"] != ""]


def is_read(key):
    """Whether the sheet holds an answer to this key; KeyError for a key it does not have."""
    return bool(_row(key)["answer"])


def said(key, cite=None):
    """The answer and where it stands, to end a sentence with; the words for "not read" while there is none.

    `cite`: what turns a key of references.bib into a link (`page.cite`), else the place alone stands in brackets.

    >>> said("severity_grades")
    'not in what we read'
    """
    row = _row(key)
    if not row["answer"]:
        return words.NOT_READ
    found = cite(row["source"], brackets=False) if cite else ""
    return f"{row['answer'].rstrip('.')} ({'; '.join(filter(None, [found, row['answer_locator']]))})"


def sentence(key, subject, verb="is", cite=None):
    """A whole sentence on one thing, answered or not.

    >>> sentence("severity_grades", "The severity of each event")
    'The severity of each event is not in what we read.'
    """
    return f"{subject}: as reported, {said(key, cite)}." if is_read(key) else f"{subject} {verb} {said(key)}."
