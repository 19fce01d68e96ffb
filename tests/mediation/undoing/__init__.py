"""Tests of undoing a batch."""
