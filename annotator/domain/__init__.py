"""The words of the field as plain values and rules: no files, no clock, no randomness."""
