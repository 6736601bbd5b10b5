"""Discourse networks of a study, or of several: asked for, looked at, measured, written."""
