"""What partners and carriers are owed, and what keeps it from being paid."""
