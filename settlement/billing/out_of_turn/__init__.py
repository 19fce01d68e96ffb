"""Documents that do not wait for the month's run: one-off invoices, debit notes, proformas."""
