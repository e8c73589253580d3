"""Statistical methods, which know no trial and no data file.

No function has a default level, power or confidence. Impossible input raises ValueError with one sentence that names the
value and the limits.
"""
