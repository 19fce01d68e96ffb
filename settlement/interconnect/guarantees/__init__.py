"""Guarantees that others give for a carrier: they raise what it may owe while they hold."""
