"""Tests of files for roaming partners."""
