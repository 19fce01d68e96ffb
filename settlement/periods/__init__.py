"""Settlement periods: opened, closed once and for good, with what they owe on record."""
