"""Which carrier is the cheapest for a destination now, and how good it was: a report."""
