"""What is disputed where both sides counted: causes of a difference, lines of an invoice."""
