"""Our records of an exchange and theirs, in columns."""
