"""Itemised usage of invoices."""
