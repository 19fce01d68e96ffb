"""Tests of consent to corrections."""
