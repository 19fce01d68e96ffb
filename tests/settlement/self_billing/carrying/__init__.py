"""Tests of what is paid of a balance and what is carried."""
