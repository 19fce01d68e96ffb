"""Billing: what a period comes to for a customer, as one consolidated invoice."""
