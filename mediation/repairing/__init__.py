"""Rules that repair many waiting records at once, and records still to come."""
