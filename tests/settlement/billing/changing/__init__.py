"""Tests of changes of issued invoices."""
