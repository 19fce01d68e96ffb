"""Terms that are agreed again and again."""
