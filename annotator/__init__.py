"""Annotator: code news articles by hand, offline, with agreement that says how sure it is."""

__version__ = "0.1.0"
