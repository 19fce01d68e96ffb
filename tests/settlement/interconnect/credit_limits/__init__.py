"""Tests of credit limits."""
