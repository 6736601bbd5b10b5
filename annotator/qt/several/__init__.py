"""Several studies with one codebook, looked at together."""
