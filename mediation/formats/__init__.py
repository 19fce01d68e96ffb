"""What usage looks like when it comes: one module per format, bytes in, drafts and rejects out."""
