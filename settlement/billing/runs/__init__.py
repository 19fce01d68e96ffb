"""Bill runs as work that is asked for, approved, done in parts, and taken up where it stopped."""
