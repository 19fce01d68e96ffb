"""One record with its four times: event, arrival, period billed, period corrected."""
