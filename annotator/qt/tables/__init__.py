"""Tables and plots of what was coded, from a question in words."""
