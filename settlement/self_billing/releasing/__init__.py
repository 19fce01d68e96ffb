"""Shares that wait for customers to pay, and what each statement released of them."""
