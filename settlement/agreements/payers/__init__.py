"""Who pays for a contract from which day on."""
