"""Tests of invoices split by the customer's choice."""
