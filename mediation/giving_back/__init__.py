"""What is given back to who sent it: it waits, untouched, and a corrected record may come."""
