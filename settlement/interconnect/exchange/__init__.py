"""The two-step exchange with a carrier: control totals, the records that differ, a settlement."""
