"""Packets over UDP, sent on loopback."""
