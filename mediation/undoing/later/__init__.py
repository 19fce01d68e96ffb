"""Later files that were refused something because of a batch that is undone."""
