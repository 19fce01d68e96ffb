"""Documents by e-mail, and what comes back."""
