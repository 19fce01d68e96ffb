"""Formats of usage."""
