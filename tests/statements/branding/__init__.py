"""Brands: checked, kept in versions, previewed."""
