"""Changes of revenue shares, from the draft to the day on which they hold."""
