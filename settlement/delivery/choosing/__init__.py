"""The channels that a party, or the house, chose, as a page to see and to set."""
