"""Money that customers pay: received, put to their invoices, bounced."""
