"""Long campaigns, run by commands of their own and not with the tests."""
