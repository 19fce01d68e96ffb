"""Trying a mapping on a sample."""
