"""Tests of the listing for the one stop shop."""
