"""Suspense as a work list: by reason, how many records, and what they may be worth."""
