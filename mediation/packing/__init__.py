"""Small files of landed usage, put together into larger ones."""
