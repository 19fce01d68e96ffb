"""Tests of deals with carriers."""
