"""What the other side says of corrections to months that it has accepted."""
