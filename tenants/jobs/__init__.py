"""Work that outlives a request: schedules fire runs, a queue hands them out, workers do them."""
