"""Invoices of carriers, put back to their periods and checked against what we expect."""
