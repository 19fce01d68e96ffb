"""What is listed behind a statement: events, units, charges and refunds, by name."""
