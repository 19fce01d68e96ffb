"""Templates that one file tells and another file needs."""
