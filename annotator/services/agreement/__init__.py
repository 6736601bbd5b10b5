"""Agreement of a study: which labels are compared, the figures, and reports on them."""
