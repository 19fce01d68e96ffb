"""Tests of the TM Forum facades."""
