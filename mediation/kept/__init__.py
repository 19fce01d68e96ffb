"""What a source sent before: keys that have come, and records that wait, as records again."""
