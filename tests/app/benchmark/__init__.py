"""Tests of the benchmark that ships with Saldo."""
