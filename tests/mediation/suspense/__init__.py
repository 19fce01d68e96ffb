"""Tests of suspense."""
