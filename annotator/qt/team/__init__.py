"""Windows of a team that works by files: handing out, packages, what comes back, and what was asked."""
