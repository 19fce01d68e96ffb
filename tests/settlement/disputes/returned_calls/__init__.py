"""Tests of calls that roaming partners return."""
