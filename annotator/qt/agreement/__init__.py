"""Agreement: its window, planning, and the reliability of results."""
