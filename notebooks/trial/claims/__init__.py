"""Chapter 08: the claims about this trial, weighed by rules, and told."""
