"""What customers choose for themselves: one invoice or several, and itemised usage with it."""
