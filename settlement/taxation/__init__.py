"""Tax on a line and on a document: which country's, at which rate, and in which currency."""
