"""Records that cannot go on yet: kept with their reason, repaired, recycled or rejected."""
