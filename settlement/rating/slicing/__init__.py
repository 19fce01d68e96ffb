"""Rate a month slice by slice, so that memory does not grow with the month."""
