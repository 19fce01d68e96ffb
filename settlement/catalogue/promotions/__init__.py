"""Promotions: published once, under a code of their own."""
