"""Sets of flows that waited for their template, read at last."""
