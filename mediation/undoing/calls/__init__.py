"""Calls that lose a part when a batch is undone."""
