"""The register of documents as its keepers look at it: whose each is, and why one is held."""
