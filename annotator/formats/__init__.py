"""One module a file format: bytes to and from plain records."""
