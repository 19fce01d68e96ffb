"""Revenue becomes shares: deductions, partners, chains, tiers, guarantees."""
