"""Tests of the two-step exchange with carriers."""
