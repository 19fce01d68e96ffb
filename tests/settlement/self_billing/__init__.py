"""Tests of self-billing."""
