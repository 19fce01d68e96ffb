"""Evidence bundles of declarations: what a carrier was declared, and the records behind it."""
