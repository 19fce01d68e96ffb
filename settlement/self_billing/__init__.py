"""Self-billing: what a partner is owed for a period, as the invoice we issue in its name."""
