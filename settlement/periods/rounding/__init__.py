"""The rounding ledger: every fraction that rounding made or lost, with its cause."""
