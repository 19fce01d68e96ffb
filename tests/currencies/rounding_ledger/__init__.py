"""The rounding ledger of documents and conversions."""
