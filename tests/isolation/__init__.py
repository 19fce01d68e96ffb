"""One tenant never sees, touches or senses another: the catalogue test and the matrix test."""
