"""The dated part of the rounding ledger: fractions of documents and of conversions."""
