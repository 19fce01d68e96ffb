"""The tests of Saldo, in the order of its packages."""
