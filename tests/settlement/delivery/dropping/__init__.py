"""Documents dropped into a folder of a server."""
