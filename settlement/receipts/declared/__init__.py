"""What declarations to carriers leave to be paid, by them and by us."""
