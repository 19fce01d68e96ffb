"""At which value a dispute ends: proposed, countered, accepted, and carried out."""
