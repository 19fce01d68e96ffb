"""Tests of repair rules."""
