"""One invoice or several, by the customer's choice from a day on."""
