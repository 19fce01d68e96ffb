"""What an exchange has agreed, in the book."""
