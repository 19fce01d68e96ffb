"""Where a private customer belongs for VAT: the evidence, dated, and what it says together."""
