"""The network: drawn, sliced, measured, with the statements behind it."""
