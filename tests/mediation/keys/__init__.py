"""Tests of the keys that sources keep."""
