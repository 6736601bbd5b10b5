"""What the window has open, and the one way in which it changes labels."""
