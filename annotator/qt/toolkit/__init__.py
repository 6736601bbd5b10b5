"""What every room of the window uses: widgets, words, keys, theme, settings, work beside the window."""
