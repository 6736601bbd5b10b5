"""The window: widgets show records and emit what a person wants; services do the rest."""
