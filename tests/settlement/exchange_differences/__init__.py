"""Tests of exchange differences."""
