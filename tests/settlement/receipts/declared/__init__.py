"""Tests of what declarations leave to be paid."""
