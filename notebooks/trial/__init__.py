"""The science: what is known, what can be computed from it, and how it is drawn. Knows nothing of notebooks or pages."""
