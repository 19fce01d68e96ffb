"""Tests of rating slice by slice."""
