"""Whose it is: the only door to the database, the web, the jobs, the files and the clock."""
