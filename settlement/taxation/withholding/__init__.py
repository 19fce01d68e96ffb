"""Tax that we keep back from partners abroad and pay to our own tax office for them (R89)."""
