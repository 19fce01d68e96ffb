"""Changes of revenue shares: their life, their faults, and what they touch."""
