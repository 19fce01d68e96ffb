"""Tax withheld on partners' statements: what it comes to in a year, and its certificates."""
