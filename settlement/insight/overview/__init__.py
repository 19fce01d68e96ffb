"""Figures to look at: revenue by product, partners' shares over months, receivables by age."""
