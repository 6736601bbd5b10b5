"""Articles coming in: chosen, cleaned, compared with their raw pages, confirmed."""
