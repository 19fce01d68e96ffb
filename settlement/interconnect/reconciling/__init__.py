"""Reconciling: our declaration beside the carrier's, and what becomes of the differences."""
