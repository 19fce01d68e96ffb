"""What a change touches before it is approved: events, invoices, statements and payouts."""
