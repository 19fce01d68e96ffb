"""Tests of numbered resources."""
