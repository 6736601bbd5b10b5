"""Codebooks: reading them, comparing them with a study's, changing a study's and taking that back."""

from annotator.services.codebooks.reading import builtin_codebook, chosen_codebook, read_codebook, read_mapping

__all__ = ["builtin_codebook", "chosen_codebook", "read_codebook", "read_mapping"]
