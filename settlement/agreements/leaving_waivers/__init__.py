"""The fee for leaving early is waived: one person proposes it, another agrees."""
