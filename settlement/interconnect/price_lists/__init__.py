"""Price lists of carriers: what is announced, and from which day each price holds."""
