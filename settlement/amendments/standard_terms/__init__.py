"""Terms that a tenant agrees again and again, with places to fill."""
