"""Networks that take e-invoices."""
