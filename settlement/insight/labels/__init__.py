"""Whose documents go out under which label, as a page."""
