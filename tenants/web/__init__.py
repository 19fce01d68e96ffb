"""The only door from HTTP: one request is one caller, one tenant, one transaction."""
