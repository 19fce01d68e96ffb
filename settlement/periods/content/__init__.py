"""What a period says, all charges and shares, told by one digest that never changes after it."""
