"""Tests of drafting in a process beside."""
