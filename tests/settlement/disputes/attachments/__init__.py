"""Tests of files attached to disputes."""
