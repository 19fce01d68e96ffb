"""Debts that are given up: what a customer will never pay of an invoice."""
