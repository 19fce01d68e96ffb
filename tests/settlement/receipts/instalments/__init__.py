"""Tests of interest for late payment."""
