"""Tests of the acceptance of self-billed documents."""
