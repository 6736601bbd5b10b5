"""The parts of the agreement window."""
