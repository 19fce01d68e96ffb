"""Tests of tax withheld on statements."""
