"""Usage limits of subscriptions and contracts: set, listed and ended."""
