"""The answer sheet: what `data/not_read.csv` says of each thing that was not in what we read.

Whoever has the article open fills in `answer`, `answer_locator` and `answer_read_on`; from then on the answer is spoken
wherever a page said "not in what we read", and the row leaves the lists.
"""

from trial import load, words

ARTICLE = "https://pmc.ncbi.nlm.nih.gov/articles/PMC9873560/"
# "Not in what we read" is said in full once a page, by EXPLAINED after the short answer; then this mark stands for it.
MARK = "unread†"
EXPLAINED = (
    "† Unread: not in what we read. Of STEMS that was the abstract, the paper's table of adverse events, the registry, the "
    f"news and a few digests; its article may hold more: [anyone can open it]({ARTICLE}), but no copy could be had when this was written."
)


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


def wanted(chapter):
    """What would change the mind of a chapter, as a list in Markdown: what its rows ask for that nobody has answered yet."""
    rows = unread()
    items = [f"- {row.item}: {row.question}" for row in rows[rows["would_change_chapter"] == chapter].itertuples()]
    return "\n".join(items) or "All that this chapter asked of the article has been read."


def is_read(key):
    """Whether the sheet holds an answer to this key; KeyError for a key it does not have."""
    return bool(_row(key)["answer"])


def said(key, cite=None, unread=words.NOT_READ):
    """The answer and where it stands, to end a sentence with; the words for `unread` (all, or `MARK`) while there is none.

    `cite`: what turns a key of references.bib into a link (`page.cite`), else the place alone stands in brackets.

    >>> said("severity_grades"), said("severity_grades", unread=MARK)
    ('not in what we read', 'unread†')
    """
    row = _row(key)
    if not row["answer"]:
        return unread
    found = cite(row["source"], brackets=False) if cite else ""
    return f"{row['answer'].rstrip('.')} ({'; '.join(filter(None, [found, row['answer_locator']]))})"


def sentence(key, subject, verb="is", cite=None, unread=words.NOT_READ):
    """A whole sentence on one thing, answered or not; `unread` as in `said`.

    >>> sentence("severity_grades", "The severity of each event", unread=MARK)
    'The severity of each event is unread†.'
    """
    answer = said(key, cite, unread)
    return f"{subject}: as reported, {answer}." if is_read(key) else f"{subject} {verb} {answer}."
