"""Tests of deposits of carriers."""
