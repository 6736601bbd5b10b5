"""Coding: commands on labels, links, values and entities, with undo, and the notes on them."""
