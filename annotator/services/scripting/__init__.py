"""A study as scripts read it."""
