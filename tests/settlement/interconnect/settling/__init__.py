"""Tests of what exchanges settle."""
