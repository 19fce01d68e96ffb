"""Statements of account: what happened between the tenant and a party, and what is still open."""
