"""Settling what coders differ on, and comparing coders with gold."""
