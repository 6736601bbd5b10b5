"""Import and export: what a form carries, what is left out, what the columns of a sheet mean."""
