"""Tests of checking documents against rule packs."""
