"""Searching all articles of a study."""
