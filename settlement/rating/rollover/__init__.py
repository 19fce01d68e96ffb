"""What is left of allowances at the end of a month, and goes on to the next ones."""
