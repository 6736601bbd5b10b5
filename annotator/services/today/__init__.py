"""What is to be done in a study now: for a coder, and for who supervises."""
