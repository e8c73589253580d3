"""Sources by key: short names for sentences, full entries for reference lists."""

import html
import re
from pathlib import Path

from pybtex.database import parse_string

from reporting.configuration import nearest


class Bibliography:
    """The entries of a BibTeX file."""

    def __init__(self, path):
        self._entries = parse_string(Path(path).read_text(encoding="utf-8"), "bibtex").entries

    def keys(self):
        """All keys, in the order of the file."""
        return list(self._entries)

    def _entry(self, key):
        if key not in self._entries:
            close = nearest(key, self.keys())
            raise KeyError(f"{key} is not in the bibliography" + (f"; the nearest key is {close}" if close else ""))
        return self._entries[key]

    def _field(self, key, name):
        return re.sub(r"[{}]", "", self._entry(key).fields.get(name, "")).replace("--", "–").replace("\\&", "&")

    def _authors(self, key):
        people = self._entry(key).persons.get("author", [])
        return [re.sub(r"[{}]", "", " ".join([*person.prelast_names, *person.last_names])) for person in people]

    def short(self, key):
        """Author and year, as a sentence needs it."""
        people = self._authors(key)
        title = self._field(key, "shorttitle") or self._field(key, "title")
        who = people[0] if people else title
        more = " et al." if len(people) > 2 or "others" in people else ""
        two = f" and {people[1]}" if len(people) == 2 and not more else ""
        return f"{self._field(key, 'shortauthor') or who + two + more} {self._field(key, 'year')}".strip()

    def sort_key(self, key):
        """Alphabetical by short name, then by key."""
        return self.short(key).lower(), key

    def full(self, key):
        """The whole entry as HTML: authors, title, where, year, link, and what of it was read."""
        entry = self._entry(key)
        people = []
        for person in entry.persons.get("author", []):
            last = re.sub(r"[{}]", "", " ".join([*person.prelast_names, *person.last_names]))
            initials = "".join(name[0] for name in [*person.first_names, *person.middle_names] if name)
            people.append("et al." if last == "others" else f"{last} {initials}".strip())
        where = ", ".join(
            part
            for part in (
                self._field(key, "journal") or self._field(key, "howpublished") or self._field(key, "publisher"),
                self._field(key, "volume"),
                self._field(key, "pages"),
                self._field(key, "year"),
            )
            if part
        )
        title = f"\N{LEFT DOUBLE QUOTATION MARK}{self._field(key, 'title').rstrip('.')}\N{RIGHT DOUBLE QUOTATION MARK}"
        text = ". ".join(html.escape(part.rstrip(".")) for part in (", ".join(people), title, where) if part)
        doi, link = self._field(key, "doi"), self._field(key, "url")
        target = f"https://doi.org/{doi}" if doi else link
        shown = f"doi:{doi}" if doi else re.sub(r"^https?://(www\.)?", "", link).rstrip("/")
        if target:
            text += f'. <a href="{html.escape(target, quote=True)}">{html.escape(shown)}</a>'
        note = self._field(key, "note")
        return f"{text}." + (f' <span class="read">{html.escape(note.rstrip("."))}.</span>' if note else "")
