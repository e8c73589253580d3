"""Sources by key: short names for sentences, full entries for reference lists."""

import html
import re
from collections import defaultdict
from pathlib import Path

from pybtex.database import parse_string

from reporting.configuration import nearest


class Bibliography:
    """The entries of a BibTeX file."""

    def __init__(self, path):
        self._entries = parse_string(Path(path).read_text(encoding="utf-8"), "bibtex").entries

    def _fields(self, key):
        # Fields of an entry by name ("" where there is none), and its authors as (last name, initials).
        if key not in self._entries:
            close = nearest(key, list(self._entries))
            raise KeyError(f"{key} is not in the bibliography" + (f"; the nearest key is {close}" if close else ""))
        entry = self._entries[key]
        plain = {name: re.sub(r"[{}]", "", text) for name, text in entry.fields.items()}
        fields = {name: text.replace("--", "–").replace("\\&", "&") for name, text in plain.items()}
        people = []
        for person in entry.persons.get("author", []):
            last = re.sub(r"[{}]", "", " ".join([*person.prelast_names, *person.last_names]))
            people.append((last, "".join(name[0] for name in [*person.first_names, *person.middle_names] if name)))
        return defaultdict(str, fields), people

    def short(self, key):
        """Author and year, as a sentence needs it."""
        fields, people = self._fields(key)
        who, *others = [last for last, _ in people] or [fields["shorttitle"] or fields["title"]]
        many = len(others) > 1 or "others" in others
        more = " et al." if many else "".join(f" and {other}" for other in others)
        return f"{fields['shortauthor'] or who + more} {fields['year']}".strip()

    def sort_key(self, key):
        """Alphabetical by short name, then by key."""
        return self.short(key).lower(), key

    def full(self, key):
        """The whole entry as HTML: authors, title, where, year, link, and what of it was read."""
        fields, people = self._fields(key)
        authors = ", ".join("et al." if last == "others" else f"{last} {initials}".strip() for last, initials in people)
        place = fields["journal"] or fields["howpublished"] or fields["publisher"]
        where = ", ".join(filter(None, [place, fields["volume"], fields["pages"], fields["year"]]))
        parts = filter(None, [authors, f"“{fields['title'].rstrip('.')}”", where])
        text = ". ".join(html.escape(part.rstrip(".")) for part in parts)
        doi, link = fields["doi"], fields["url"]
        target = f"https://doi.org/{doi}" if doi else link
        shown = f"doi:{doi}" if doi else re.sub(r"^https?://(www\.)?", "", link).rstrip("/")
        text += f'. <a href="{html.escape(target, quote=True)}">{html.escape(shown)}</a>' if target else ""
        note = html.escape(fields["note"].rstrip("."))
        return f"{text}." + (f' <span class="read">{note}.</span>' if note else "")
