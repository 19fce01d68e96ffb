"""Drafts of tariffs: looked at before they are published, and kept nowhere."""
