"""Tests of settlement.interconnect.records."""
