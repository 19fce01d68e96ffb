"""Waiting records that are given up: proposed by one person, approved by another."""
