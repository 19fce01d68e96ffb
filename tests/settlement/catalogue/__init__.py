"""Tests of settlement.catalogue."""
