"""The way out of suspense: a record goes on by the rules of all records, or is given up."""
