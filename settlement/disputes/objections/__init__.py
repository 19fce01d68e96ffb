"""Objections in the two-step exchange, each of which opens a dispute."""
