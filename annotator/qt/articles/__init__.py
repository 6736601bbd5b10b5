"""Articles: the import with its preview, the table of facts, and corrections."""
