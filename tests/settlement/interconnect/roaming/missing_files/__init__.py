"""TAP files that never came."""
