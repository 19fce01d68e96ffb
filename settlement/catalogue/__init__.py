"""What is sold and at which price: tariffs, rate decks, bands, and what lint says of them."""
