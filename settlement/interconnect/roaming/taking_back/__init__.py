"""Returns that are taken back: the network refused them, or never acknowledged them."""
