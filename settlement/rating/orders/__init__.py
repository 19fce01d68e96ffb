"""Re-ratings that somebody ordered, and what they make of who pays by which tariff."""
