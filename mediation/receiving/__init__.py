"""Streams from the network: packets over UDP, kept on disk as files of a watched folder."""
