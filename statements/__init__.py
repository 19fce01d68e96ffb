"""Documents out: invoices, statements and declarations as values, and their forms."""
