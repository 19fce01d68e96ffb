"""Tests of disputed causes and lines of invoices."""
