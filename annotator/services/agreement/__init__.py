"""Agreement of a study: which labels are compared, the figures, and the page that tells them."""
