"""Try a format and its mapping on a sample file, and load nothing."""
