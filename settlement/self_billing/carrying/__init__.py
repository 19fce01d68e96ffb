"""What of a partner's balance is paid with a statement, and what is carried to later ones."""
