"""Reliability of results: shares, series over time and networks, computed from each coder's work separately."""
