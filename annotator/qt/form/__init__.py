"""The form of a label: fields and roles made from the codebook."""
