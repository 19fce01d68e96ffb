"""The double-entry book: append-only, balanced in every currency, chained by hashes."""
