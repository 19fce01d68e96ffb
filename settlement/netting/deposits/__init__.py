"""Money that carriers leave with us as security: owed to them until it is set off or given back."""
