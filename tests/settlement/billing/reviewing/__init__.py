"""Tests of drafts and their approval."""
