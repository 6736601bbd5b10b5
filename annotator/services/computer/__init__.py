"""What the program knows of the computer that it runs on: its log, its display, what a person is told of both."""
