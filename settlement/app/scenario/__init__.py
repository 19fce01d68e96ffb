"""Stories of the trade: read from a folder, played on a scratch tenant, compared."""
