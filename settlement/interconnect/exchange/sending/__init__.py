"""Send messages of ours to a carrier."""
