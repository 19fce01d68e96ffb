"""Which cost centre of its customer a contract belongs to, from which day on."""
