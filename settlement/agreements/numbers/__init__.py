"""Numbers given out and numbers in stock: what contracts have is busy."""
