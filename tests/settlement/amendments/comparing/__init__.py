"""A change beside what it follows."""
