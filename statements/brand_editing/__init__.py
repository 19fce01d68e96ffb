"""The brand edited: over HTTP and as a page, with previews on issued documents."""
