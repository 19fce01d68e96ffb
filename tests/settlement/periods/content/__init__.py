"""The rounding ledger."""
