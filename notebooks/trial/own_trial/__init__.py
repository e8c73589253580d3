"""Chapter 07: a trial of the reader's own, from its files to what is said of them."""
