"""File numbers of a source that never came: which are missing, and which nobody waits for."""
