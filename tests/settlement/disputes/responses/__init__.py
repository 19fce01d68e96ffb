"""Tests of disputes as invoice responses."""
