"""What exporters of flows have told, kept for the files that lean on it."""
