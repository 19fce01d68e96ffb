"""Templates that tenants write: filled in a sandbox, checked, and drawn within limits."""
