"""Documents on their way to those they are for."""
