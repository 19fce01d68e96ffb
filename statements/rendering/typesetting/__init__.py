"""Typesetting with typst: long statements, declarations, lists and archive copies."""
