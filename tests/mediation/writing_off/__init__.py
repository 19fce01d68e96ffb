"""Tests of write-offs."""
