"""Take a wrongly loaded file back, with everything that came of it."""
