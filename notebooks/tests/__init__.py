"""Checks of the report: its data, its methods, its sentences, its pages."""
