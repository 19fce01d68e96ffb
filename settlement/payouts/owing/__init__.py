"""What partners are owed, and what keeps it from being paid."""
