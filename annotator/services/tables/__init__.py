"""Tables and plots of what was coded: counts, cross tables, what stands together, courses over time."""
