"""Documents dropped into a folder of the party's SFTP server."""
