"""What was agreed with customers besides prices, gathered for a period."""
