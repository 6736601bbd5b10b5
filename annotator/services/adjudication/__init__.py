"""Settling what coders differ on: cases, decisions, majorities, and coders compared with the gold they led to."""
