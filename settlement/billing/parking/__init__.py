"""Bills that a run set aside: refused, or outside the bounds of a customer, with the reason."""
