"""Payouts: money leaves, in batches that one person proposes and another approves."""
