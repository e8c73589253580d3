"""Somebody's own trial from files in the layout of CDISC ADaM: which column means what, which record counts, what to warn of."""
