"""One record from its raw text to what landed of it."""
