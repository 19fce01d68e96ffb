"""Looking at drafts, correcting, approving and issuing them."""
