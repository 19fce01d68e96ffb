"""Fees, terms, bundles and promotions, recomputed day by day and in whole cents."""
