"""What a person can ask for; the window and the command line both call these."""
