"""Tests of settlement.interconnect."""
