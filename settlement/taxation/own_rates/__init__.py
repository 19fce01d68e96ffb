"""Rates of VAT that a tenant enters itself, beside the table: who did, and from which day."""
