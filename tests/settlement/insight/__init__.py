"""Tests of settlement.insight."""
