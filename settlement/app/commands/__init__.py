"""The commands of `saldo`, a file for each part of the work."""
