"""Records: the single calls of both sides, matched one to one, and their differences by cause."""
