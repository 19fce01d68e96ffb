"""RAP files of roaming partners that never came to us."""
