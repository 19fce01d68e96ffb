"""Tests of drawing documents."""
