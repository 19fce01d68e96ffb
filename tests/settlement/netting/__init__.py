"""Tests of netting."""
