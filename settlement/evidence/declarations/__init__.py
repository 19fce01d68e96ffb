"""Evidence bundles of our declarations to carriers, and the proof of one record."""
