"""Rates that people bring, by hand or in a file: proposed by one, approved by another."""
