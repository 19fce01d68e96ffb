"""The audit trail: who changed what, when and why. The database writes it; here it is read."""
