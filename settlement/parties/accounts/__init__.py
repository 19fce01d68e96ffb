"""Parent accounts and their sub-accounts, by local days."""
