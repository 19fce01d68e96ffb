"""What we do not accept of the TAP files of visited networks, returned to them in RAP."""
