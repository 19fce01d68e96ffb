"""What agreements entitle to over periods of their own: tiers, caps, guarantees, advances, fees."""
