"""Finding: within the article, and over all of them."""
