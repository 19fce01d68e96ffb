"""Usage becomes charges: the customer side and the carrier side of the same event."""
