"""Tests of deciding on price lists."""
