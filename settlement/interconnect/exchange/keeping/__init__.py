"""Keep the messages of an exchange, and tell from them where it stands."""
