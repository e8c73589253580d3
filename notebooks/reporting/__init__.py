"""The printing: notebooks in, pages out. Knows nothing of medicine; what it needs of a report stands in pyproject.toml."""
