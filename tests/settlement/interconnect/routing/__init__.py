"""Tests of routes by cost."""
