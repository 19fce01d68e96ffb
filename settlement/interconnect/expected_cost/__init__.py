"""What a carrier's invoice should be, by our own rating."""
