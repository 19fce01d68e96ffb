"""Drafting on pages: begin an agreement, draft its next version or its end, correct a draft."""
