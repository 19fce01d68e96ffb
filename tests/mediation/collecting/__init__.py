"""Tests of fetching files."""
