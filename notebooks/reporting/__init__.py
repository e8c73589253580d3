"""The printing: notebooks in, pages out. Knows nothing of medicine; what it needs of a report stands in pyproject.toml."""

import sys

# A checker of web addresses with foreign letters that jsonschema imports where it finds it, and that nothing here asks for:
# it takes longer to start than all of pandas, in every process that draws. Without it jsonschema leaves that check out.
sys.modules.setdefault("rfc3987_syntax", None)
