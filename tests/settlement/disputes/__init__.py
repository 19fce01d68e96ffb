"""Tests of settlement.disputes."""
