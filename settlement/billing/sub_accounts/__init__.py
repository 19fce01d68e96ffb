"""What a sub-account sees of the invoices that its parent account pays."""
