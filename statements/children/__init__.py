"""Child processes for work that may crash, hang or grow."""
