"""Tests of settlement.sharing."""
