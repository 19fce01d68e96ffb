"""Documents for people: how they are laid out, and their PDF."""
