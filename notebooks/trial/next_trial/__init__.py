"""Chapter 05: the next trial, how large it must be and what it would be worth."""
