"""Disputes exchanged as Peppol Invoice Responses."""
