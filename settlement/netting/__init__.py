"""Netting: mutual debts replaced by their difference, while both documents stay gross."""
