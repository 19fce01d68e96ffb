"""Every call and event behind an invoice, as a list for whoever pays it."""
