"""Tests of the values that disputes settle at."""
