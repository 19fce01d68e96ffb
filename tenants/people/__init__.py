"""People and keys of a tenant: who they are, how they sign in, and what their role lets them do."""
