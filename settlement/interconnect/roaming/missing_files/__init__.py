"""TAP files of visited networks that never came, and the word of it to who sent them."""
