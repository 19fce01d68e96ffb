"""Answers to corrections of accepted months; what is accepted is booked."""
