"""Usage in: files and events become columns, each record with exactly one outcome."""
