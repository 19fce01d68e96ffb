"""Agreements and usage that nobody thought of: drawn from a seed, or by hypothesis."""
