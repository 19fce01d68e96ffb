"""Tests of rates that people bring."""
