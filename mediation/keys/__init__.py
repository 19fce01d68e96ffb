"""The keys of everything a source has landed, kept so that millions are looked up at once."""
