"""Interest on what customers pay late: rates with validity, and notes that charge it."""
