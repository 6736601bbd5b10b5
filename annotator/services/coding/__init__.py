"""The way of a label, and notes beside labels."""
