"""What rating knows of a period: who pays by which tariff, and which prices were known when."""
