"""Tests of the door from HTTP."""
