"""A screen reader's way in, over a real bus and a real window."""
