"""Whose documents go out under which label, and since when."""
