"""Tests of currencies."""
