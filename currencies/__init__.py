"""What an amount is: units, money, rounding, allocation, exchange rates."""
