"""The month's pipeline: how far usage has come on its way to money, in counts and sums."""
