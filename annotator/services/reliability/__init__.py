"""Reliability of what is made from codings: shares, lines over time, networks, made anew from each coder's work."""
