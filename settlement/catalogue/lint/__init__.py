"""What is wrong with a tariff before it is published, each fault with an event that shows it."""
