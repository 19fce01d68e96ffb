"""What was agreed: customer contracts, revenue shares with partners, interconnect with carriers."""
