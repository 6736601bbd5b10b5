"""What the program knows about the computer it runs on: log, display, fonts, and a report on them."""
