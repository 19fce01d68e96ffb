"""Slow, obvious recomputation in plain Python; it shares no code with the product."""
