"""Deals with carriers over the volume of a term: how far they are fulfilled, what is missing."""
