"""Team work without a server: handing out articles, packages, merging, conflicts, questions."""
