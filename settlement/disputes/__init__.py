"""Disputes: the part of a document that one side does not accept, and how that ends."""
