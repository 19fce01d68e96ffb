"""What partners say of the invoices that we issue in their names: accepted, or objected to."""
