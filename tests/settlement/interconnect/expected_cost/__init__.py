"""Tests of expected costs."""
