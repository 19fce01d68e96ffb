"""Tests of supplier invoices."""
