"""Tests of settlement.agreements."""
