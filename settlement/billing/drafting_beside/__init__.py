"""Drafting in a process beside, so that a large run works on two processors."""
