"""Tests of number series."""
