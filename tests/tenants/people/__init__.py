"""Tests of people and keys."""
