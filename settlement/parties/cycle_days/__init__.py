"""The day of a month on which bills of a customer begin, by local days."""
