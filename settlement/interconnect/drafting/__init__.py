"""What we would declare of a month under an agreement."""
