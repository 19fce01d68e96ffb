"""Insight: whether the books are true, and what they say, read from outside the concepts."""
