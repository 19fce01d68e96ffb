"""Reminders of what customers have not paid: who is due one, and the letters."""
