"""Charge lines become revenues, each of which one split is for."""
