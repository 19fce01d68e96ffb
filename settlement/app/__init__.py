"""Plugs everything in: one list each of blueprints, jobs and commands."""
