"""Windows for a team that works by files: handing out, packages, collecting, conflicts, questions, progress."""
