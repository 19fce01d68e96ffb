"""Drafts of tariffs."""
