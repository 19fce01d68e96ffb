"""Files that one side of a dispute shows to the other."""
