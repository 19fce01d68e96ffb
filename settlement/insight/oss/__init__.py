"""What was sold to private persons in other member states, for the one stop shop (OSS)."""
