"""Tenants: who operates on this installation, with legal entity, currency, zone and languages."""
