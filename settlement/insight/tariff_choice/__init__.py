"""Which tariff a subscription would have been cheapest at."""
