"""Files that are broken in every way we could think of, made from good ones."""
