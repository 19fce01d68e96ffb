"""Tests of where customers belong."""
