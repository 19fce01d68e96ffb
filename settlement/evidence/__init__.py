"""Evidence bundles: a statement with everything behind it, to be checked without us."""
