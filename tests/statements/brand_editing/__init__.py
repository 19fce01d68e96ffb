"""Brands over HTTP and as a page."""
