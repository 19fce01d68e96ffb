"""Tests of settlement.migrations."""
