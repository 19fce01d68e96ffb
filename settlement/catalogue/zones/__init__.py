"""Zone plans: numbers by their prefixes, grouped for pricing."""
