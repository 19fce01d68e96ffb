"""Price lists of carriers that wait for a decision, and what was decided."""
