"""The database: found or started, migrated, and entered one tenant at a time."""
