"""Tests of notice of what rises for carriers."""
