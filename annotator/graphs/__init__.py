"""Graphs as numbers: where to draw nodes, how central they are, which groups they form. Knows no studies."""
