"""Tests of taxation."""
