"""Frames, columns and findings of chapter 03: what a count of new lesions can say, and what a smaller brain loss can."""
