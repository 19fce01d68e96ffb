"""Tests of objections that open disputes."""
