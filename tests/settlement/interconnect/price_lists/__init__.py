"""Tests of announced prices."""
