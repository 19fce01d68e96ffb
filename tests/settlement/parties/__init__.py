"""Tests of settlement.parties."""
