"""Tests of settlement.rating."""
