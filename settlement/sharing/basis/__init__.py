"""What a share is of: the price its policy names, and the costs of the very same events."""
