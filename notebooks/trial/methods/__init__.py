"""Statistical methods, which know no trial and no data file."""
