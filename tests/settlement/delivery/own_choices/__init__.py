"""What customers choose for themselves."""
