"""Several studies with one codebook, looked at as one."""
