"""Evidence that a VAT number was valid when tax was not charged because of it (R87)."""
