"""Revenue given back, charged back or lost: partners give back what they had of it."""
