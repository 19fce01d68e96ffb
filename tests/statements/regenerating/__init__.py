"""Tests of drawing documents again."""
