"""Searching all articles."""
