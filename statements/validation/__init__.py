"""Whether a document keeps the rules it claims to keep, and which rules those are."""
