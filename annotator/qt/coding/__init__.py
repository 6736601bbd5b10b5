"""The open study and article of the window, and the single way in which it changes labels."""
