"""A line of an invoice given back in part: a credit note, and the partners' shares with it."""
