"""Which form of e-invoice somebody takes, and since when."""
