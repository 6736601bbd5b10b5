"""Articles of a study: bringing them in, and a local copy of those of a shared database."""
