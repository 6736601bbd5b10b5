"""The manual inside the window: its pages, and which of them is about the place where one is."""
