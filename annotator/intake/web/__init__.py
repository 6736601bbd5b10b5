"""Saved HTML pages: the tree as blocks of text, the choice of the article, and what a page says about itself."""
