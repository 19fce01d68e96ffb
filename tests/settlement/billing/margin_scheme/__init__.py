"""Tests of the margin scheme."""
