"""Tests of guarantees for carriers."""
