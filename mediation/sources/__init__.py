"""Where usage comes from, and which numbers of its files need not come any more."""
