"""Sales under the margin scheme: what the goods cost, and the tax on the margin."""
