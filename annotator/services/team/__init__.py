"""Work shared out among coders and brought together again, with no server."""
