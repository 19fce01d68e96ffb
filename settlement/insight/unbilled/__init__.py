"""What a customer has used and was not billed for yet."""
