"""The overview: bars and ages."""
