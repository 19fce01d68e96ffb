"""Which documents their readers have fetched."""
