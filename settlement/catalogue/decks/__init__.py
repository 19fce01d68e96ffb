"""Rate decks: the prices of prefixes, the sets they were given in, and what held when."""
