"""A change beside the version of the agreement that it follows."""
