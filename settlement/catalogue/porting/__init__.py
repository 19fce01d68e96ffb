"""Ported numbers: which operator has a number, and since when."""
