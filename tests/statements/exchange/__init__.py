"""Tests of the messages of the two-step exchange."""
