"""Number series of a tenant: one for each kind of document, opened once, counted without gaps."""
