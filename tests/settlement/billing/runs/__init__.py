"""Tests of documents out of turn."""
