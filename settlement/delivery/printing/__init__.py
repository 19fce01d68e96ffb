"""Documents on paper: print files, their lists, labels and manifests."""
