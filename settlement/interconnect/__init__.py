"""Interconnect: what is declared to carriers, what they declare, and how the two are compared."""
