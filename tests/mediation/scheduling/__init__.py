"""Tests of when files are due."""
