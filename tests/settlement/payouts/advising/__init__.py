"""Tests of advices of payment."""
