"""Alarms by e-mail, to those whom the operator named."""
