"""Charge lines explained, down to the single call."""
