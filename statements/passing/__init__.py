"""Drafts on their way out: numbered and checked, or held."""
