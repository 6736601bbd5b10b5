"""The editor for codebooks."""
