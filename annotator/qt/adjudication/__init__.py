"""Settling what coders differ on, and coders beside gold."""
