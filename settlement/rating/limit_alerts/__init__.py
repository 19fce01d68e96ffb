"""Alerts of usage limits: kept once, shown, and asked for by the network."""
