"""Tests of sub-accounts and cost centres."""
