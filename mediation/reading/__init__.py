"""Files are decoded where they can do no harm, by all that is known of their source."""
