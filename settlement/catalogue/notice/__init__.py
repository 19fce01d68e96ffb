"""Notice of prices that rise for carriers (rule R61)."""
