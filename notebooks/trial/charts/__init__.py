"""Frames to Altair charts: each function draws one finding at a given width and describes it in words."""
