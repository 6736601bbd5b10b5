"""The codebook: its model, its reading with every fault at once, and what it allows as values."""
