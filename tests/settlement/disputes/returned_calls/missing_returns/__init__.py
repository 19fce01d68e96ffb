"""RAP files that never came."""
