"""Contracts with customers: subscriptions and identifiers, signed, changed and ended."""
