"""Tests of what we return to visited networks."""
