"""Drafts of documents that wait for approval, and what was left out of a month."""
