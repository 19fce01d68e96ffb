"""Numbered resources: ports, lines and numbers, and who has them when."""
