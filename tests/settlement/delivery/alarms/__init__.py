"""Alarms by e-mail."""
