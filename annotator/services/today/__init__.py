"""What there is to do in a study now, for a coder and for a supervisor."""
