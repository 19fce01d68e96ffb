"""Schemas: those of the XML that Saldo defines, given out by name, and those beside a document."""
