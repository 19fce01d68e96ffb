"""Speed and memory, as ratios to what the machine itself needs for the same bytes."""
