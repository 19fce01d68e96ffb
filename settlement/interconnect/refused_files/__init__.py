"""Files of carriers that were refused: kept as they came, with who sent them, when, and why not."""
