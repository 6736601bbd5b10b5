"""Data in and out: what a form carries, what stays behind, what the columns of a sheet mean."""
